// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;

/** How the migrations connect: as a role of their own, which owns the schema. */
public final class MigrationConnectionDetails implements FlywayConnectionDetails {

  private final RoleConnectionDetails migrator;

  public MigrationConnectionDetails(RoleConnectionDetails migrator) {
    this.migrator = migrator;
  }

  @Override
  public String getJdbcUrl() {
    return migrator.getJdbcUrl();
  }

  @Override
  public String getUsername() {
    return migrator.getUsername();
  }

  @Override
  public String getPassword() {
    return migrator.getPassword();
  }

  @Override
  public String getDriverClassName() {
    return migrator.getDriverClassName();
  }
}
