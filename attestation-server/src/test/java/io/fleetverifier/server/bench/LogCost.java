// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import com.sun.management.ThreadMXBean;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import java.lang.management.ManagementFactory;
import java.util.function.ToIntFunction;

/**
 * What reading a boot log costs, in processor time of the thread that does it. One pass is: every
 * record parsed and bounded, the data of every event hashed and compared where its type says what
 * was measured, and all registers of one bank replayed.
 */
public final class LogCost {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double LONG_ENOUGH = 4e6;

  private final Bytes log;
  private final LogHash bank;
  private int sink;

  /** Of this log, in the bank in which it is best believed. */
  public LogCost(Bytes log) {
    this.log = log;
    this.bank = EventLog.parse(log).preferredBank().orElseThrow();
  }

  /** One pass, as a ratio to the SHA-256 of the whole log. */
  public Interleaved ofPass(double warmUpSeconds, int rounds) {
    return measure(warmUpSeconds, rounds, this::pass);
  }

  /** One pass and the SHA-256 by which claims name the log, as a ratio to that SHA-256. */
  public Interleaved ofPassAndName(double warmUpSeconds, int rounds) {
    return measure(warmUpSeconds, rounds, octets -> pass(octets) + hash(octets));
  }

  private Interleaved measure(double warmUpSeconds, int rounds, ToIntFunction<Bytes> subject) {
    double end = now() + warmUpSeconds * 1e9;
    while (now() < end) {
      sink += subject.applyAsInt(log) + hash(log);
    }
    int repeats = (int) Math.max(1, LONG_ENOUGH / time(LogCost::hash, 200));
    return Interleaved.run(
        rounds, () -> time(LogCost::hash, repeats), () -> time(subject, repeats));
  }

  /** The octets that one warm pass leaves to the garbage collector. */
  public long allocated() {
    sink += pass(log);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    sink += pass(log);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** What keeps the work from being optimised away. */
  public int sink() {
    return sink;
  }

  private double time(ToIntFunction<Bytes> work, int repeats) {
    long before = now();
    for (int i = 0; i < repeats; i++) {
      sink += work.applyAsInt(log);
    }
    return (double) (now() - before) / repeats;
  }

  private static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** The yardstick. */
  private static int hash(Bytes log) {
    return log.sha256().at(0);
  }

  private int pass(Bytes octets) {
    Replay replay = EventLog.parse(octets).replay(bank);
    return replay.value(0).map(value -> value.at(0)).orElse(0);
  }
}
