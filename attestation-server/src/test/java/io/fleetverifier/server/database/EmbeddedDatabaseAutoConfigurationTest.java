// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.home.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Who names a database gets that one; only who names none gets the embedded one. */
class EmbeddedDatabaseAutoConfigurationTest {

  private final Path home = Folders.fresh("auto-configuration");
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  EmbeddedDatabaseAutoConfiguration.class, DataSourceAutoConfiguration.class))
          .withBean(Home.class, () -> new Home(home))
          .withBean(SecureRandom.class, SecureRandom::new);

  EmbeddedDatabaseAutoConfigurationTest() throws IOException {}

  @Test
  void withoutAnyWordTheEmbeddedDatabaseStartsWithBothRoles() {
    runner.run(context -> {
      assertThat(context).hasSingleBean(EmbeddedPostgres.class);
      assertThat(context.getBean(JdbcConnectionDetails.class).getUsername()).isEqualTo("app");
      assertThat(context.getBean(FlywayConnectionDetails.class).getUsername())
          .isEqualTo("migrator");
    });
    assertThat(Folders.processesIn(home.resolve("postgres"))).isEmpty();
  }

  @Test
  void aDatasourceUrlKeepsItFromStarting() {
    runner
        .withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/app")
        .run(context -> assertThat(context).doesNotHaveBean(EmbeddedPostgres.class));
    assertThat(home).doesNotExist();
  }

  @Test
  void aBeanWithConnectionDetailsKeepsItFromStarting() {
    runner
        .withBean(
            JdbcConnectionDetails.class,
            () ->
                new RoleConnectionDetails(
                    "jdbc:postgresql://127.0.0.1:1/app", DatabaseRole.APP, "none"))
        .run(context -> assertThat(context).doesNotHaveBean(EmbeddedPostgres.class));
    assertThat(home).doesNotExist();
  }
}
