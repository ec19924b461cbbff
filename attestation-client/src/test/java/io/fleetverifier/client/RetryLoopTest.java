// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.client.RetryLoop.Progress;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.transport.TpmIoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryLoopTest {

  /** Draws the largest number allowed, so that the ceilings show. */
  private static final RandomGenerator LARGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          throw new UnsupportedOperationException();
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1;

  private RetryLoop loop(Duration deadline, RandomGenerator random) {
    return new RetryLoop(
        deadline,
        random,
        () -> now,
        pause -> {
          pauses.add(pause);
          now += pause.toNanos();
        },
        (why, pause) -> told.add(why));
  }

  private RetryLoop forEver() {
    return loop(Duration.ZERO, LARGEST);
  }

  /** Fails some times and then succeeds. */
  private static RetryLoop.Attempt<String> failing(int times, RuntimeException failure) {
    AtomicInteger tries = new AtomicInteger();
    return () -> {
      if (tries.incrementAndGet() <= times) {
        throw failure;
      }
      return Progress.done("done after " + tries);
    };
  }

  @Test
  void whatSucceedsAtOnceWaitsForNothing() throws Exception {
    assertThat(forEver().run(failing(0, new TpmIoException("none")))).isEqualTo("done after 1");
    assertThat(pauses).isEmpty();
  }

  @Test
  void theWaitGrowsFromHalfAMinuteToAQuarterOfAnHour() throws Exception {
    assertThat(forEver().run(failing(8, new ServerUnreachableException("no network"))))
        .isEqualTo("done after 9");
    assertThat(pauses.stream().map(Duration::toSeconds))
        .containsExactly(30L, 60L, 120L, 240L, 480L, 900L, 900L, 900L);
    assertThat(told).hasSize(8).containsOnly("no network");
  }

  @Test
  void itNeverGivesUpByItself() throws Exception {
    assertThat(forEver().run(failing(100_000, new TpmIoException("gone"))))
        .isEqualTo("done after 100001");
  }

  @Test
  void waitsSpreadOverTheWholeTimeAndNeverGoBelowASecond() throws Exception {
    loop(Duration.ZERO, new Random(1)).run(failing(3000, new TpmIoException("gone")));
    List<Duration> late = pauses.subList(10, pauses.size());
    assertThat(late)
        .allSatisfy(
            pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(15)));
    double mean = late.stream().mapToLong(Duration::toSeconds).average().orElseThrow();
    assertThat(mean).isBetween(400.0, 500.0);
  }

  private static ServerProblemException problem(String code, @Nullable Duration retryAfter) {
    return new ServerProblemException(code, 503, retryAfter, null);
  }

  @Test
  void theServerIsNotAskedBeforeTheTimeItNames() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      pauses.clear();
      loop(Duration.ZERO, new Random(seed))
          .run(failing(1, problem("retry", Duration.ofSeconds(90))));
      assertThat(pauses.get(0)).isBetween(Duration.ofSeconds(90), Duration.ofMinutes(3));
    }
  }

  @Test
  void aServerCannotSendADeviceAwayForLongerThanAQuarterOfAnHourAndASpread() throws Exception {
    forEver().run(failing(1, problem("retry", Duration.ofDays(365))));
    assertThat(pauses).containsExactly(Duration.ofMinutes(17));
  }

  @Test
  void anExpiredChallengeIsReplacedAtOnceButNotForEver() throws Exception {
    forEver().run(failing(5, problem("challenge-expired", null)));
    assertThat(pauses).as("after three at once, one waits").containsExactly(Duration.ofSeconds(30));
  }

  @Test
  void refusalsAndReleasesThatDoNotOpenAreTriedAgain() throws Exception {
    for (RuntimeException failure :
        List.of(
            problem("not-enrolled", null),
            problem("unverifiable", null),
            problem("malformed", null),
            new ReleaseRefusedException("does not open"))) {
      assertThat(forEver().run(failing(2, failure))).isEqualTo("done after 3");
    }
  }

  @Test
  void anAttemptMaySayItselfThatItIsNotDone() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    forEver()
        .run(() ->
            tries.incrementAndGet() < 3
                ? Progress.notYet("untrusted: PCR_MISMATCH", Duration.ofMinutes(1))
                : Progress.done("done"));
    assertThat(told).containsExactly("untrusted: PCR_MISMATCH", "untrusted: PCR_MISMATCH");
    assertThat(pauses).containsExactly(Duration.ofMinutes(2), Duration.ofMinutes(2));
  }

  @Test
  void whatCannotSucceedInThisBootEndsTheLoop() {
    assertThatThrownBy(() ->
            forEver()
                .run(
                    failing(
                        1, new TpmUnusableException(TpmUnusableException.Why.RELEASE_UNSUPPORTED))))
        .isInstanceOf(TpmUnusableException.class);
    assertThatThrownBy(() -> forEver().run(failing(1, new IllegalStateException("a fault"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(pauses).isEmpty();
  }

  @Test
  void theLastTryIsAtTheDeadline() {
    assertThatThrownBy(() ->
            loop(Duration.ofSeconds(100), LARGEST)
                .run(failing(100, new TpmIoException("still gone"))))
        .isInstanceOf(DeadlineException.class)
        .hasMessage("given up: still gone");
    assertThat(pauses.stream().map(Duration::toSeconds)).containsExactly(30L, 60L, 10L);
  }

  @Test
  void anInterruptionEndsTheWait() {
    RetryLoop loop =
        new RetryLoop(
            Duration.ZERO,
            LARGEST,
            () -> now,
            pause -> {
              throw new InterruptedException("signal");
            },
            (why, pause) -> told.add(why));
    assertThatThrownBy(() -> loop.run(failing(1, new TpmIoException("gone"))))
        .isInstanceOf(InterruptedException.class);
  }
}
