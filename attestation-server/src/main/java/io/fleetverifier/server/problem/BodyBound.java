// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.time.Duration;

/**
 * How large the body of a request may be and how long it may take.
 *
 * @param octets the most that are read
 * @param longestRead the time that every body has
 * @param leastRate octets for which a body gets one more second; 0 where none is added. A large
 *     body so needs this rate, averaged over its whole time, to be read to its end.
 */
record BodyBound(long octets, Duration longestRead, long leastRate) {

  private static final long NANOS = 1_000_000_000L;

  /** Nanoseconds within which so many octets must have come. */
  long nanosFor(long received) {
    return longestRead.toNanos() + (leastRate == 0 ? 0 : received * NANOS / leastRate);
  }
}
