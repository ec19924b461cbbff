// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The time that all replicas share: this machine's clock plus its measured distance to the
 * database's. Asking it costs no round trip.
 */
public final class DatabaseClock implements InstantSource {

  private static final Logger log = LoggerFactory.getLogger(DatabaseClock.class);

  private final JdbcClient jdbc;
  private final InstantSource local;
  private volatile Duration offset = Duration.ZERO;

  public DatabaseClock(JdbcClient jdbc, InstantSource local) {
    this.jdbc = jdbc;
    this.local = local;
    measure();
  }

  @Override
  public Instant instant() {
    return local.instant().plus(offset);
  }

  /** The present time by the database's clock. */
  public Instant now() {
    return instant();
  }

  /** The database's clock minus this machine's, as last measured. */
  public Duration offset() {
    return offset;
  }

  @Scheduled(fixedDelay = 10_000, initialDelay = 10_000)
  void refresh() {
    try {
      measure();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("The database's clock could not be read; keeping the last offset, {}.", offset);
    }
  }

  /**
   * The database read its clock at some time between the two looks at ours; half way is assumed.
   */
  private void measure() {
    Instant before = local.instant();
    Instant database =
        jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
    Duration roundTrip = Duration.between(before, local.instant());
    offset = Duration.between(before.plus(roundTrip.dividedBy(2)), database);
  }
}
