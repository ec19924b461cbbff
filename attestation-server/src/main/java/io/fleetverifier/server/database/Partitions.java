// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps monthly partitions ahead of the calendar. The months are counted by the database's clock,
 * in a function that its owner wrote: this server may call it, but has no right to make tables.
 */
@Component
public final class Partitions {

  private static final Logger log = LoggerFactory.getLogger(Partitions.class);
  private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

  private final JdbcClient jdbc;

  Partitions(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Makes the partitions of this month and three ahead, and moves out what the default partition
   * caught. Any number of replicas may call it at once.
   */
  public void ensure() {
    jdbc.sql("select ensure_attestation_partitions()").query(row -> {});
  }

  /** A failed round costs nothing at once: months are made ahead, and DEFAULT catches the rest. */
  @Scheduled(fixedDelay = DAY_MILLIS)
  void ensureDaily() {
    try {
      ensure();
    } catch (DataAccessException e) {
      log.error("The partitions of the coming months could not be made.", e);
    }
  }
}
