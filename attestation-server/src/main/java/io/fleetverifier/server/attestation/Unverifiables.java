// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.server.appraisal.Verification.Fault;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Evidence that is nobody's leaves a count by fault and a few log lines by address, and nothing
 * else: it is not held against any device.
 */
@Component
final class Unverifiables {
  private static final Logger log = LoggerFactory.getLogger(Unverifiables.class);
  private static final int MOST_ADDRESSES = 10_000;
  private static final int LINES_PER_ADDRESS = 5;

  private final MeterRegistry meters;
  private final Cache<InetAddress, AtomicInteger> lines =
      Caffeine.newBuilder()
          .maximumSize(MOST_ADDRESSES)
          .expireAfterWrite(Duration.ofHours(1))
          .build();

  Unverifiables(MeterRegistry meters) {
    this.meters = meters;
  }

  /** The problem for a quote that failed a check. */
  ProblemException quote(Fault fault, InetAddress source) {
    return note(fault.name(), source);
  }

  /** The problem for claims that are not whole or not of the challenge. */
  ProblemException claims(InetAddress source) {
    return note("CLAIMS_WRONG", source);
  }

  private ProblemException note(String fault, InetAddress source) {
    meters
        .counter("fleetverifier.unverifiable", "fault", fault.toLowerCase(Locale.ROOT))
        .increment();
    int line = lines.get(source, any -> new AtomicInteger()).incrementAndGet();
    if (line <= LINES_PER_ADDRESS) {
      log.warn("Evidence from {} is not authentic: {}.", source.getHostAddress(), fault);
    }
    return new ProblemException(ProblemCode.UNVERIFIABLE);
  }
}
