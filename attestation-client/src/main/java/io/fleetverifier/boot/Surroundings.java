// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.client.RetryLoop;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the program has of the process it runs in.
 *
 * @param out standard output: passphrases, and what other programs read
 * @param err standard error: lines for people
 * @param nanoTime nanoseconds since any moment
 * @param sleeper waits
 * @param jitter spreads the waits of a fleet
 * @param atShutdown has something done when the process is told to end
 */
record Surroundings(
    OutputStream out,
    PrintStream err,
    LongSupplier nanoTime,
    RetryLoop.Sleeper sleeper,
    RandomGenerator jitter,
    Consumer<Runnable> atShutdown) {

  /** Those of this process. */
  static Surroundings ofThisProcess(OutputStream out, PrintStream err) {
    return new Surroundings(
        out,
        err,
        System::nanoTime,
        Thread::sleep,
        new SecureRandom(),
        action -> Runtime.getRuntime().addShutdownHook(new Thread(action, "shutdown")));
  }
}
