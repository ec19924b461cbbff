// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The processor time of all threads that run Java but the calling one: what a server in this
 * process spends on requests from reading them to having answered, on whatever thread. Compiling
 * and collecting garbage are not in it.
 */
final class ServerThreads {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ServerThreads() {}

  /** Nanoseconds since each thread began; a thread that has ended no longer counts. */
  static long processorTime() {
    long sum = 0;
    for (long id : THREADS.getAllThreadIds()) {
      if (id != Thread.currentThread().threadId()) {
        sum += Math.max(0, THREADS.getThreadCpuTime(id));
      }
    }
    return sum;
  }
}
