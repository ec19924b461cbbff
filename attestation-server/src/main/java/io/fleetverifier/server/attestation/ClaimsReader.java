// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.server.challenge.IssuedChallenge;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Reads the claims once their bytes are known to be the device's (docs/reference/protocol.md,
 * section 6, step 8).
 */
final class ClaimsReader {
  private ClaimsReader() {}

  /**
   * The claims; empty unless they are whole, of this challenge, and name every log that was sent.
   */
  static Optional<Claims> read(AttestationRequest request, IssuedChallenge challenge) {
    try {
      Claims claims = WireJson.lenient().readValue(request.claims().toArray(), Claims.class);
      return Optional.ofNullable(claims)
          .filter(read -> read.purpose() == challenge.purpose())
          .filter(read -> read.wanted().equals(challenge.wanted()))
          .filter(ClaimsReader::hasUsableReleaseKey)
          .filter(read -> request.logs().stream().allMatch(log -> isClaimed(log, read)));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static boolean hasUsableReleaseKey(Claims claims) {
    if (claims.releaseKey() == null) {
      return true;
    }
    try {
      P256.decode(claims.releaseKey());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isClaimed(Log log, Claims claims) {
    return claims.logs().contains(new Claims.LogDigest(log.type(), log.data().sha256()));
  }
}
