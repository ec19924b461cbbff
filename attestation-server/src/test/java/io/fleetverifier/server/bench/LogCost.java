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
 * What reading a boot log costs, in processor time of the thread that does it. One pass is: the
 * SHA-256 of the whole log, which claims name it by; every record parsed and bounded; the data of
 * every event hashed and compared where its type says what was measured; the SHA-256 bank of all
 * registers replayed.
 */
public final class LogCost {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final double LONG_ENOUGH = 4e6;

  private final Bytes log;
  private int sink;

  /** Of this log, which must have a SHA-256 bank. */
  public LogCost(Bytes log) {
    this.log = log;
  }

  /** Measures so many rounds, after warming up for so many seconds of processor time. */
  public Interleaved measure(double warmUpSeconds, int rounds) {
    double end = now() + warmUpSeconds * 1e9;
    while (now() < end) {
      sink += pass(log) + hash(log);
    }
    int repeats = (int) Math.max(1, LONG_ENOUGH / time(LogCost::hash, 200));
    return Interleaved.run(
        rounds, () -> time(LogCost::hash, repeats), () -> time(LogCost::pass, repeats));
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

  private static int pass(Bytes log) {
    Bytes digest = log.sha256();
    Replay replay = EventLog.parse(log).replay(LogHash.SHA256);
    return digest.at(0) + replay.value(0).orElse(digest).at(0);
  }
}
