// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database that holds devices already when the server is upgraded. */
class UpgradeTest {

  @Test
  void whatNothingProvesIsRefusedAsItWouldBeTodayAndTheRestStays() throws Exception {
    Path home = Folders.fresh("upgrade");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom())) {
      DriverManagerDataSource source = source(postgres, DatabaseRole.MIGRATOR);
      JdbcClient jdbc = JdbcClient.create(source);
      migrate(source, MigrationVersion.fromVersion("4"));
      UUID unproven = device(jdbc, "unproven");
      UUID registered = device(jdbc, "registered");

      migrate(source, MigrationVersion.LATEST);

      assertThat(row(jdbc, unproven))
          .containsEntry("endorsement_refusal", "EK_NOT_ENDORSED")
          .containsEntry("judged_by", null);
      assertThat(row(jdbc, registered)).containsEntry("endorsement_refusal", null);
      JdbcClient server = JdbcClient.create(source(postgres, DatabaseRole.APP));
      assertThat(refusal(server, true)).isEmpty();
      assertThat(refusal(server, false)).hasValue("EK_NOT_ENDORSED");
    }
  }

  private static DriverManagerDataSource source(EmbeddedPostgres postgres, DatabaseRole role) {
    RoleConnectionDetails details = postgres.connectionDetails(role);
    return new DriverManagerDataSource(
        details.getJdbcUrl(), details.getUsername(), details.getPassword());
  }

  private static void migrate(DriverManagerDataSource source, MigrationVersion target) {
    Flyway.configure()
        .dataSource(source)
        .placeholders(Map.of("appRole", "app"))
        .target(target)
        .load()
        .migrate();
  }

  private static UUID device(JdbcClient jdbc, String genuine) {
    UUID id = UUID.randomUUID();
    byte[] unique = (id + "................").substring(0, 32).getBytes(StandardCharsets.UTF_8);
    jdbc.sql(
            """
            WITH g AS (INSERT INTO device_group (id, name) VALUES (:id, 'g-' || :id) RETURNING id),
                 d AS (INSERT INTO device (id, name, group_id, lifecycle) SELECT id, 'd', id, 'active' FROM g RETURNING id),
                 t AS (INSERT INTO tpm (id, device_id, genuine, ours, sealing_ek)
                       SELECT id, id, :genuine, 'approval', :unique FROM d RETURNING id)
            INSERT INTO ek (fingerprint, tpm_id, template, area, name, genuine)
            SELECT :unique, id, 'L-2', :unique, :unique, :genuine FROM t
            """)
        .param("id", id)
        .param("genuine", genuine)
        .param("unique", unique)
        .update();
    return id;
  }

  private static Map<String, @Nullable Object> row(JdbcClient jdbc, UUID tpm) {
    return jdbc.sql("SELECT endorsement_refusal, judged_by FROM tpm WHERE id = :id")
        .param("id", tpm)
        .query()
        .singleRow();
  }

  private static Optional<String> refusal(JdbcClient jdbc, boolean acceptsUnproven) {
    return jdbc.sql(
            "SELECT refusal_that_counts(endorsement_refusal, :accepts) FROM tpm WHERE genuine = 'unproven'")
        .param("accepts", acceptsUnproven)
        .query(String.class)
        .optional();
  }
}
