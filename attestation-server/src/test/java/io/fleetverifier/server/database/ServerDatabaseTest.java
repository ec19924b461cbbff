// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.testing.PostgresTest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;

@SpringBootTest
@PostgresTest
class ServerDatabaseTest {

  @Autowired JdbcClient jdbc;
  @Autowired InstantSource clock;
  @Autowired ObjectProvider<EmbeddedPostgres> product;

  @Test
  void theApplicationConnectsAsAppAndTheTestDatabaseReplacesTheProductsOwn() {
    assertThat(jdbc.sql("select current_user").query(String.class).single()).isEqualTo("app");
    assertThat(product.getIfAvailable()).isNull();
  }

  @Test
  void migrationsRunAsMigrator() {
    assertThat(
            jdbc.sql("select tableowner from pg_tables where tablename = 'flyway_schema_history'")
                .query(String.class)
                .single())
        .isEqualTo("migrator");
  }

  @Test
  void theClockIsTheDatabases() {
    Instant database =
        jdbc.sql("select clock_timestamp()")
            .query(java.time.OffsetDateTime.class)
            .single()
            .toInstant();
    assertThat(clock).isInstanceOf(DatabaseClock.class);
    assertThat(Duration.between(database, clock.instant()).abs()).isLessThan(Duration.ofSeconds(5));
  }
}
