// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.server.database.DatabaseRole;
import io.fleetverifier.server.database.MigrationConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** The test database's connection details, which keep the product's default from starting. */
@TestConfiguration(proxyBeanMethods = false)
class TestDatabaseConfiguration {

  @Bean
  JdbcConnectionDetails testJdbcConnectionDetails() {
    return TestDatabase.get().connectionDetails(DatabaseRole.APP);
  }

  @Bean
  FlywayConnectionDetails testFlywayConnectionDetails() {
    return new MigrationConnectionDetails(
        TestDatabase.get().connectionDetails(DatabaseRole.MIGRATOR));
  }
}
