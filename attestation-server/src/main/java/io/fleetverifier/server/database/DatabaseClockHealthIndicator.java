// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** A replica whose clock is more than 30 seconds from the database's is not ready. */
@Component("databaseClockHealthIndicator")
final class DatabaseClockHealthIndicator implements HealthIndicator {

  private static final Duration LARGEST_OFFSET = Duration.ofSeconds(30);

  private final DatabaseClock clock;

  DatabaseClockHealthIndicator(DatabaseClock clock) {
    this.clock = clock;
  }

  @Override
  public Health health() {
    Duration offset = clock.offset();
    Health.Builder health =
        offset.abs().compareTo(LARGEST_OFFSET) > 0 ? Health.outOfService() : Health.up();
    return health.withDetail("offset", offset.toString()).build();
  }
}
