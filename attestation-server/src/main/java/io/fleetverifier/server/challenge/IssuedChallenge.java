// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Purpose;
import java.time.Instant;
import java.util.List;

/**
 * What stands in a challenge token.
 *
 * @param nonce 32 random bytes; whoever redeems them first has spent the challenge
 * @param akName Name of the attestation key that asked
 * @param wanted volume names whose secrets were asked for
 * @param expiresAt from here on it is not redeemed
 * @param epoch the installation's epoch when it was issued
 */
public record IssuedChallenge(
    Bytes nonce,
    Bytes akName,
    Purpose purpose,
    List<String> wanted,
    Instant issuedAt,
    Instant expiresAt,
    int epoch) {

  public IssuedChallenge {
    wanted = List.copyOf(wanted);
  }
}
