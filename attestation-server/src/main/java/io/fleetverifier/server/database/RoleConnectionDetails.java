// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** How one role connects to the database. */
public final class RoleConnectionDetails implements JdbcConnectionDetails {

  private final String jdbcUrl;
  private final DatabaseRole role;
  private final String password;

  /**
   * @param jdbcUrl address without credentials
   * @param role its name is the user name
   */
  public RoleConnectionDetails(String jdbcUrl, DatabaseRole role, String password) {
    this.jdbcUrl = jdbcUrl;
    this.role = role;
    this.password = password;
  }

  @Override
  public String getJdbcUrl() {
    return jdbcUrl;
  }

  @Override
  public String getUsername() {
    return role.roleName();
  }

  @Override
  public String getPassword() {
    return password;
  }

  @Override
  public String getDriverClassName() {
    return "org.postgresql.Driver";
  }
}
