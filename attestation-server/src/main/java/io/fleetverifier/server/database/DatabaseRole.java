// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.util.Locale;

/** The two roles that may log in to the database. */
public enum DatabaseRole {
  /** Owns the schema; only the migrations use it. */
  MIGRATOR,
  /** Reads and writes rows; everything else of the server uses it. */
  APP;

  /** The role's name in the database. */
  public String roleName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
