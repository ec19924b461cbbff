// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.token.Lifespan;
import io.fleetverifier.server.token.SealedTokens;
import io.fleetverifier.server.token.TokenType;
import java.time.InstantSource;
import org.springframework.stereotype.Service;

/**
 * Opens challenge tokens that devices bring back (docs/reference/protocol.md, section 6, step 2).
 */
@Service
public final class Challenges {
  private final SealedTokens tokens;
  private final InstallationState installation;
  private final InstantSource clock;

  Challenges(SealedTokens tokens, InstallationState installation, InstantSource clock) {
    this.tokens = tokens;
    this.installation = installation;
    this.clock = clock;
  }

  /**
   * What was issued in this token. No database is asked: that the challenge was not spent before is
   * for the transaction that redeems its nonce.
   *
   * @throws ProblemException challenge-expired when the token is not authentic, no challenge, of an
   *     earlier epoch, or out of its time
   */
  public IssuedChallenge open(Bytes token) {
    return tokens
        .open(TokenType.CHALLENGE, token)
        .map(plaintext -> WireJson.strict().readValue(plaintext, IssuedChallenge.class))
        .filter(this::isAlive)
        .orElseThrow(() -> new ProblemException(ProblemCode.CHALLENGE_EXPIRED));
  }

  private boolean isAlive(IssuedChallenge challenge) {
    return challenge.epoch() == installation.epoch()
        && new Lifespan(challenge.issuedAt(), challenge.expiresAt()).covers(clock.instant());
  }
}
