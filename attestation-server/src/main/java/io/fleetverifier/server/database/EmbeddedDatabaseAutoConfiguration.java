// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.Home;
import java.security.SecureRandom;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * The default database: an {@link EmbeddedPostgres} in the server's home folder, used when neither
 * {@code spring.datasource.url} nor a bean with connection details names another. The application
 * connects as {@code app}, Flyway as {@code migrator}.
 */
@AutoConfiguration(
    before = DataSourceAutoConfiguration.class,
    afterName =
        "org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration")
@ConditionalOnMissingBean(JdbcConnectionDetails.class)
@Conditional(EmbeddedDatabaseAutoConfiguration.NoDatasourceUrl.class)
public class EmbeddedDatabaseAutoConfiguration {

  /** Holds unless the operator named a database. */
  static final class NoDatasourceUrl extends NoneNestedConditions {
    NoDatasourceUrl() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("spring.datasource.url")
    static final class DatasourceUrl {}
  }

  @Bean(destroyMethod = "close")
  EmbeddedPostgres embeddedPostgres(Home home, SecureRandom random) {
    return EmbeddedPostgres.start(home.postgres(), random);
  }

  @Bean
  JdbcConnectionDetails embeddedJdbcConnectionDetails(EmbeddedPostgres postgres) {
    return postgres.connectionDetails(DatabaseRole.APP);
  }

  @Bean
  FlywayConnectionDetails embeddedFlywayConnectionDetails(EmbeddedPostgres postgres) {
    return new MigrationConnectionDetails(postgres.connectionDetails(DatabaseRole.MIGRATOR));
  }
}
