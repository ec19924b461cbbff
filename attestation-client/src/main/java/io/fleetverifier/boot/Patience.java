// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.client.DeadlineException;
import io.fleetverifier.client.RetryLoop;
import io.fleetverifier.client.RetryLoop.Progress;
import io.fleetverifier.client.TpmUnusableException;
import java.time.Duration;
import java.util.function.Supplier;

/** Tries by the manners of {@link RetryLoop}, and says on the console why it has to. */
final class Patience {

  private final RetryLoop loop;
  private Finding last = Finding.local("FAULT", "nothing was tried");

  Patience(Duration deadline, Surroundings surroundings, Console console) {
    this.loop =
        new RetryLoop(
            deadline,
            surroundings.jitter(),
            surroundings.nanoTime(),
            surroundings.sleeper(),
            (why, pause) -> console.waiting(last, pause));
  }

  /** A try did not succeed, another one may. */
  static final class NotYetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Finding finding;

    NotYetException(Finding finding) {
      super(finding.sentence());
      this.finding = finding;
    }
  }

  /**
   * Tries until a try returns.
   *
   * @throws EndedException at the deadline, with the last finding; at once when a try throws it, or
   *     when another one cannot help
   */
  <T> T until(Supplier<T> attempt) {
    try {
      return loop.run(() -> progress(attempt));
    } catch (DeadlineException e) {
      throw new EndedException(last);
    } catch (TpmUnusableException e) {
      throw new EndedException(Finding.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EndedException.local("INTERRUPTED", "the program was interrupted");
    }
  }

  private <T> Progress<T> progress(Supplier<T> attempt) {
    try {
      return Progress.done(attempt.get());
    } catch (NotYetException e) {
      last = e.finding;
      return Progress.notYet(e.finding.sentence());
    } catch (EndedException e) {
      throw e;
    } catch (RuntimeException e) {
      last = Finding.of(e);
      throw e;
    }
  }
}
