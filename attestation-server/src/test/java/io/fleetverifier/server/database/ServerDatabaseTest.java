// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.testing.PostgresTest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Status;
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

  @Test
  void whatIsWrittenForGoodCanNeitherBeChangedNorDeletedByTheServer() {
    assertThat(tablesThatAppMay("UPDATE"))
        .contains("device", "server_key")
        .doesNotContain(
            "audit_event", "status_change", "secret_release", "event_log", "redemption", "ek")
        .noneMatch(table -> table.startsWith("attestation"))
        .doesNotContain("flyway_schema_history");
    assertThat(tablesThatAppMay("DELETE"))
        .contains("redemption")
        .doesNotContain("audit_event", "status_change", "secret_release", "device", "ek", "secret")
        .noneMatch(table -> table.startsWith("attestation"));
    assertThat(tablesThatAppMay("INSERT"))
        .contains("attestation", "audit_event")
        .doesNotContain("installation", "policy_revision", "flyway_schema_history")
        .noneMatch(table -> table.startsWith("attestation_"));
    assertThat(tablesThatAppMay("TRUNCATE")).isEmpty();
    assertThat(tablesThatAppMay("TRIGGER")).isEmpty();
  }

  private List<String> tablesThatAppMay(String privilege) {
    return jdbc.sql(
            """
            select relname::text from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
              and has_table_privilege('app', oid, ?)\
            """)
        .param(privilege)
        .query((row, number) -> row.getString(1))
        .list();
  }

  @Test
  void aMachineWhoseClockIsWrongFollowsTheDatabaseAndIsNotReady() {
    DatabaseClock late =
        new DatabaseClock(jdbc, () -> InstantSource.system().instant().minusSeconds(40));
    assertThat(Duration.between(late.instant(), clock.instant()).abs())
        .isLessThan(Duration.ofSeconds(5));
    assertThat(new DatabaseClockHealthIndicator(late).health().getStatus())
        .isEqualTo(Status.OUT_OF_SERVICE);
    DatabaseClock near =
        new DatabaseClock(jdbc, () -> InstantSource.system().instant().plusSeconds(20));
    assertThat(new DatabaseClockHealthIndicator(near).health().getStatus()).isEqualTo(Status.UP);
  }
}
