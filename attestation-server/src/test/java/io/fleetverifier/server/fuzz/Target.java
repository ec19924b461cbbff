// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import com.sun.management.ThreadMXBean;
import io.fleetverifier.bytes.Bytes;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/**
 * One decoder and what must hold for any input: the body returns (a refusal by the declared
 * exception included) or throws, and a throw is a bug; the memory that it takes, garbage included,
 * is at most {@link #MEMORY_AT_LEAST} and {@code memoryPerOctet} for each octet; the processor time
 * is at most {@link #LONGEST}.
 *
 * @param name as {@code ./run fuzz} prints it, and as the folder of kept inputs is called
 * @param memoryPerOctet octets allocated for each octet of the input, at most
 */
record Target(String name, int memoryPerOctet, Body body) {

  /** What any input may cost: the buffers of parsers. */
  static final long MEMORY_AT_LEAST = 1L << 20;

  static final Duration LONGEST = Duration.ofSeconds(2);

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Decodes and checks; throws nothing for an input that is refused as it should be. */
  @FunctionalInterface
  interface Body {
    void check(Bytes input) throws Exception;
  }

  /** The same within a fuzzer, whose instrumentation takes memory of its own for what it sees. */
  Target instrumented() {
    return new Target(name, 16 * memoryPerOctet, body);
  }

  /** Plays inputs without counting, so that no class is loaded for the first time later. */
  void warmUp(List<Bytes> inputs) {
    inputs.forEach(this::check);
  }

  /**
   * Plays one input. What costs too much is played once more: only the first time was a class
   * loaded.
   *
   * @throws AssertionError when the decoder breaks one of the rules
   */
  void play(byte[] octets) {
    Bytes input = Bytes.copyOf(octets);
    long most = MEMORY_AT_LEAST + (long) memoryPerOctet * octets.length;
    Cost cost = measure(input);
    if (cost.allocated > most || cost.time > LONGEST.toNanos()) {
      cost = measure(input);
    }
    if (cost.allocated > most) {
      throw new AssertionError(
          "%s takes %d octets for %d, more than %d"
              .formatted(name, cost.allocated, octets.length, most));
    }
    if (cost.time > LONGEST.toNanos() && processorTime(input) > LONGEST.toNanos()) {
      throw new AssertionError(name + " takes more than " + LONGEST + " of a processor");
    }
  }

  private record Cost(long allocated, long time) {}

  /** The clock on the wall runs at least as fast as that of the thread, and asks no kernel. */
  private Cost measure(Bytes input) {
    long allocated = THREAD.getCurrentThreadAllocatedBytes();
    long time = System.nanoTime();
    check(input);
    return new Cost(THREAD.getCurrentThreadAllocatedBytes() - allocated, System.nanoTime() - time);
  }

  private long processorTime(Bytes input) {
    long time = THREAD.getCurrentThreadCpuTime();
    check(input);
    return THREAD.getCurrentThreadCpuTime() - time;
  }

  private void check(Bytes input) {
    try {
      body.check(input);
    } catch (Exception | StackOverflowError | OutOfMemoryError thrown) {
      throw new AssertionError(name + " lets out " + thrown, thrown);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
