// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * How much authentic evidence one device may bring, per replica. What goes beyond is not recorded
 * and spends nothing; nobody but the device itself can empty its bucket.
 */
@Component
final class DeviceBuckets {
  private static final int MOST_BUCKETS = 200_000;

  private final AttestationProperties properties;
  private final Cache<UUID, Bucket> buckets =
      Caffeine.newBuilder()
          .maximumSize(MOST_BUCKETS)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();

  DeviceBuckets(AttestationProperties properties) {
    this.properties = properties;
  }

  /**
   * Takes one attestation from the device's bucket.
   *
   * @throws ProblemException retry, when it is empty
   */
  void take(UUID device) {
    ConsumptionProbe probe =
        buckets.get(device, any -> newBucket()).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusSeconds(1);
      throw ProblemException.retryAfter(ProblemCode.RETRY, wait);
    }
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(
            Bandwidth.builder()
                .capacity(properties.burstPerDevice())
                .refillGreedy(properties.perDeviceAndMinute(), Duration.ofMinutes(1))
                .build())
        .build();
  }
}
