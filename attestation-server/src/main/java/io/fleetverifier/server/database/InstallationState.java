// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The installation's epoch as last read, for what must be answered without a round trip to the
 * database. It may lag by a few seconds: whoever decides on it finally reads the row again, inside
 * the deciding transaction.
 */
@Component
public final class InstallationState {

  private static final Logger log = LoggerFactory.getLogger(InstallationState.class);

  private final JdbcClient jdbc;
  private volatile int epoch;

  InstallationState(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.epoch = read();
  }

  /**
   * Goes up when an older copy of the database may have come back; what was issued before is void.
   */
  public int epoch() {
    return epoch;
  }

  @Scheduled(fixedDelay = 5_000, initialDelay = 5_000)
  void refresh() {
    try {
      epoch = read();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("The installation's epoch could not be read; keeping {}.", epoch);
    }
  }

  private int read() {
    return jdbc.sql("SELECT epoch FROM installation").query(Integer.class).single();
  }
}
