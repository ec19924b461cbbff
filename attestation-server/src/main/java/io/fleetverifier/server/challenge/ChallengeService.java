// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.token.Lifespan;
import io.fleetverifier.server.token.SealedTokens;
import io.fleetverifier.server.token.TokenType;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.stereotype.Service;

/**
 * Issues challenges (docs/reference/protocol.md, section 5). No database is asked, so a flood of
 * requests fills nothing, any replica serves them, and the answer does not tell a known AK from an
 * unknown one.
 */
@Service
public final class ChallengeService {
  private static final int NONCE_SIZE = 32;

  private final SealedTokens tokens;
  private final InstallationState installation;
  private final SecureRandom random;
  private final InstantSource clock;

  ChallengeService(
      SealedTokens tokens,
      InstallationState installation,
      SecureRandom random,
      InstantSource clock) {
    this.tokens = tokens;
    this.installation = installation;
    this.random = random;
    this.clock = clock;
  }

  /** A fresh challenge for exactly this AK, purpose and wanted list. */
  public Challenge issue(ChallengeRequest request) {
    Lifespan life = Lifespan.startingAt(clock.instant());
    IssuedChallenge issued =
        new IssuedChallenge(
            nonce(),
            request.akName(),
            request.purpose(),
            request.wanted(),
            life.issuedAt(),
            life.expiresAt(),
            installation.epoch());
    Bytes token = tokens.seal(TokenType.CHALLENGE, WireJson.strict().writeValueAsBytes(issued));
    return new Challenge(Protocol.VERSION, token, Protocol.TOKEN_SECONDS);
  }

  private Bytes nonce() {
    byte[] nonce = new byte[NONCE_SIZE];
    random.nextBytes(nonce);
    return Bytes.copyOf(nonce);
  }
}
