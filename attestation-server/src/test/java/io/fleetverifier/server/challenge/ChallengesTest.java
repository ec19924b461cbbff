// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.server.token.SealedTokens;
import io.fleetverifier.server.token.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@PostgresTest
class ChallengesTest {
  private static final ChallengeRequest REQUEST =
      new ChallengeRequest(
          1,
          Bytes.concat(Bytes.fromHex("000b"), Bytes.utf8("an AK").sha256()),
          Purpose.UNLOCK,
          List.of("root", "data"));

  @Autowired ChallengeService service;
  @Autowired Challenges challenges;
  @Autowired SealedTokens tokens;
  @Autowired InstallationState installation;
  @Autowired InstantSource clock;

  @Test
  void whatWasAskedForStandsInTheToken() {
    Challenge challenge = service.issue(REQUEST);
    IssuedChallenge issued = challenges.open(challenge.token());

    assertThat(challenge.expiresIn()).isEqualTo(300);
    assertThat(issued.akName()).isEqualTo(REQUEST.akName());
    assertThat(issued.purpose()).isEqualTo(Purpose.UNLOCK);
    assertThat(issued.wanted()).containsExactly("root", "data");
    assertThat(issued.nonce().size()).isEqualTo(32);
    assertThat(issued.epoch()).isEqualTo(installation.epoch());
    assertThat(issued.expiresAt()).isEqualTo(issued.issuedAt().plusSeconds(300));
  }

  /** must-fail 1: no two challenges are equal. */
  @Test
  void noTwoChallengesHaveANonceInCommon() {
    Set<Bytes> nonces = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      nonces.add(challenges.open(service.issue(REQUEST).token()).nonce());
    }
    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void aTokenThatIsNoneOfOursIsAnExpiredChallenge() {
    assertThatIsExpired(Bytes.zeros(200));
    assertThatIsExpired(tokens.seal(TokenType.ENROLMENT, new byte[100]));
  }

  /** must-fail 1: yesterday's challenge, and with it yesterday's quote. */
  @Test
  void aChallengePastItsTimeIsExpired() {
    Instant now = clock.instant();
    assertThat(challenges.open(token(now.minusSeconds(340), installation.epoch()))).isNotNull();
    assertThatIsExpired(token(now.minusSeconds(361), installation.epoch()));
    assertThatIsExpired(token(now.plus(Duration.ofSeconds(90)), installation.epoch()));
  }

  @Test
  void aChallengeOfAnotherEpochIsExpired() {
    assertThatIsExpired(token(clock.instant(), installation.epoch() - 1));
    assertThatIsExpired(token(clock.instant(), installation.epoch() + 1));
  }

  private Bytes token(Instant issuedAt, int epoch) {
    IssuedChallenge issued =
        new IssuedChallenge(
            Bytes.zeros(32),
            REQUEST.akName(),
            REQUEST.purpose(),
            REQUEST.wanted(),
            issuedAt,
            issuedAt.plusSeconds(300),
            epoch);
    return tokens.seal(TokenType.CHALLENGE, WireJson.strict().writeValueAsBytes(issued));
  }

  private void assertThatIsExpired(Bytes token) {
    assertThatThrownBy(() -> challenges.open(token))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.CHALLENGE_EXPIRED));
  }
}
