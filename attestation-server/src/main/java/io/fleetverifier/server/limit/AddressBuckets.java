// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;

/**
 * A token bucket for each address, in this replica's memory, of bounded number. IPv6 addresses
 * count by their /64 network, which is what one customer is given.
 */
public final class AddressBuckets {
  private static final int MAX_BUCKETS = 100_000;
  private static final int NETWORK_BYTES = 8;

  private final int burst;
  private final int perMinute;
  private final Cache<InetAddress, Bucket> buckets;

  /**
   * All buckets full.
   *
   * @param burst requests at once after a pause, at least 1
   * @param perMinute requests in the long run, at least 1
   */
  public AddressBuckets(int burst, int perMinute) {
    this.burst = burst;
    this.perMinute = perMinute;
    Duration refilled = Duration.ofMinutes(1 + burst / perMinute);
    this.buckets =
        Caffeine.newBuilder().maximumSize(MAX_BUCKETS).expireAfterAccess(refilled).build();
  }

  /**
   * Takes one request from the address's bucket.
   *
   * @throws ProblemException too-many-requests with the seconds to wait, when it is empty
   */
  public void take(InetAddress address) {
    ConsumptionProbe probe =
        buckets.get(network(address), any -> newBucket()).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
      throw ProblemException.retryAfter(ProblemCode.TOO_MANY_REQUESTS, wait.plusSeconds(1));
    }
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(
            Bandwidth.builder()
                .capacity(burst)
                .refillGreedy(perMinute, Duration.ofMinutes(1))
                .build())
        .build();
  }

  private static InetAddress network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] octets = address.getAddress();
    Arrays.fill(octets, NETWORK_BYTES, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("16 octets are an address", impossible);
    }
  }
}
