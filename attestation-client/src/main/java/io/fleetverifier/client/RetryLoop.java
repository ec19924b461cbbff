// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.transport.TpmIoException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Tries until it is done. A device does not give up by itself: baselines are repaired and devices
 * approved centrally, and nobody stands beside the machine. The wait between two tries grows from
 * half a minute to a quarter of an hour with full jitter, so that a fleet does not come back all at
 * once; a server that names a time is not asked before it.
 */
public final class RetryLoop {

  /** The longest first wait. */
  public static final Duration FIRST_WAIT = Duration.ofSeconds(30);

  /** The longest wait without being asked, and the longest that a server can ask for. */
  public static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_SPREAD = Duration.ofMinutes(2);
  private static final int MOST_AT_ONCE = 3;

  private final Duration deadline;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final Listener listener;

  /** Waits. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** Hears of every try that did not succeed. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Hears of one.
     *
     * @param why for people, without a secret
     * @param pause until the next try
     */
    void waiting(String why, Duration pause);
  }

  /** One try. */
  @FunctionalInterface
  public interface Attempt<T> {
    Progress<T> run();
  }

  /** What a try came to. */
  public sealed interface Progress<T> {

    /** It succeeded. */
    record Done<T>(T value) implements Progress<T> {}

    /**
     * It did not, this time.
     *
     * @param why for people, without a secret
     * @param notBefore what the server asked for
     */
    record NotYet<T>(String why, Optional<Duration> notBefore) implements Progress<T> {}

    static <T> Progress<T> done(T value) {
      return new Done<>(value);
    }

    static <T> Progress<T> notYet(String why) {
      return new NotYet<>(why, Optional.empty());
    }

    static <T> Progress<T> notYet(String why, Duration notBefore) {
      return new NotYet<>(why, Optional.of(notBefore));
    }
  }

  /**
   * With the clock of the machine.
   *
   * @param deadline when to give up after all; zero means never
   */
  public RetryLoop(Duration deadline, RandomGenerator random, Listener listener) {
    this(deadline, random, System::nanoTime, Thread::sleep, listener);
  }

  /**
   * With another clock.
   *
   * @param nanoTime nanoseconds since any moment; never the time of day, which jumps when a device
   *     learns it
   */
  public RetryLoop(
      Duration deadline,
      RandomGenerator random,
      LongSupplier nanoTime,
      Sleeper sleeper,
      Listener listener) {
    this.deadline = deadline;
    this.random = random;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
    this.listener = listener;
  }

  /**
   * Tries until done. Refusals by the server, silence of server or TPM, and releases that do not
   * open are tried again; {@link TpmUnusableException} is not, nor what shows a fault of this
   * program.
   *
   * @throws DeadlineException when it was not done in time
   * @throws InterruptedException when the thread was interrupted between two tries
   */
  public <T> T run(Attempt<T> attempt) throws InterruptedException {
    long start = nanoTime.getAsLong();
    int waits = 0;
    int atOnce = 0;
    while (true) {
      Progress.NotYet<T> failed;
      switch (progress(attempt)) {
        case Progress.Done<T>(T value) -> {
          return value;
        }
        case Progress.NotYet<T> notYet -> failed = notYet;
      }
      if (failed.notBefore().filter(Duration::isZero).isPresent() && ++atOnce <= MOST_AT_ONCE) {
        continue;
      }
      atOnce = 0;
      pause(failed, waits++, start);
    }
  }

  private <T> Progress<T> progress(Attempt<T> attempt) {
    try {
      return attempt.run();
    } catch (ServerProblemException e) {
      boolean expired = e.code().equals(ServerProblemException.CHALLENGE_EXPIRED);
      return new Progress.NotYet<>(why(e), expired ? Optional.of(Duration.ZERO) : e.retryAfter());
    } catch (ServerUnreachableException
        | ReleaseRefusedException
        | TpmIoException
        | TpmCommandException
        | TpmResponseException
        | TpmDecodeException e) {
      return Progress.notYet(why(e));
    }
  }

  private static String why(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }

  private <T> void pause(Progress.NotYet<T> failed, int waits, long start)
      throws InterruptedException {
    Duration pause = withinDeadline(wait(failed.notBefore(), waits), failed.why(), start);
    listener.waiting(failed.why(), pause);
    sleeper.sleep(pause);
  }

  /** What the server asked for, and a little more so that devices spread; else full jitter. */
  private Duration wait(Optional<Duration> notBefore, int waits) {
    Duration asked = notBefore.filter(time -> !time.isZero()).map(RetryLoop::bounded).orElse(null);
    if (asked != null) {
      return asked.plus(jitter(asked.compareTo(LONGEST_SPREAD) < 0 ? asked : LONGEST_SPREAD));
    }
    Duration ceiling = bounded(FIRST_WAIT.multipliedBy(1L << Math.min(waits, 10)));
    Duration wait = jitter(ceiling);
    return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
  }

  private static Duration bounded(Duration wait) {
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private Duration jitter(Duration ceiling) {
    return Duration.ofMillis(random.nextLong(ceiling.toMillis() + 1));
  }

  /** Cuts the wait, so that the last try is at the deadline. */
  private Duration withinDeadline(Duration wait, String why, long start) {
    if (deadline.isZero()) {
      return wait;
    }
    Duration left = deadline.minusNanos(nanoTime.getAsLong() - start);
    if (left.isNegative() || left.isZero()) {
      throw new DeadlineException(why);
    }
    return left.compareTo(wait) < 0 ? left : wait;
  }
}
