// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LifespanTest {
  private static final Instant ISSUED = Instant.parse("2026-11-02T08:00:00Z");
  private final Lifespan life = Lifespan.startingAt(ISSUED);

  @Test
  void aTokenLivesFiveMinutes() {
    assertThat(life.expiresAt()).isEqualTo(ISSUED.plusSeconds(300));
    assertThat(life.covers(ISSUED)).isTrue();
    assertThat(life.covers(ISSUED.plusSeconds(300))).isTrue();
  }

  @Test
  void clocksThatDifferByUnderAMinuteAgreeOnIt() {
    assertThat(life.covers(ISSUED.minusSeconds(59))).isTrue();
    assertThat(life.covers(ISSUED.plusSeconds(359))).isTrue();
  }

  @Test
  void aTokenIsDeadAMinuteAfterItsEnd() {
    assertThat(life.covers(ISSUED.plusSeconds(360))).isFalse();
  }

  @Test
  void aTokenFromTheFutureDoesNotCount() {
    assertThat(life.covers(ISSUED.minusSeconds(60))).isFalse();
  }
}
