// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A server in a JVM of its own that has nothing but a database, so that a test can kill it. It
 * prints {@code ready URL PASSWORD} and then waits for ever; argument 2 {@code virtual} starts the
 * database from a virtual thread that ends at once.
 */
final class DatabaseProgram {

  private DatabaseProgram() {}

  public static void main(String[] args) throws InterruptedException {
    Path home = Path.of(args[0]);
    Thread.Builder starter =
        args.length > 1 && args[1].equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform();
    starter.start(() -> start(home)).join();
    Thread.currentThread().join();
  }

  @SuppressWarnings("resource") // It lives until this JVM dies: that is what the tests are about.
  private static void start(Path home) {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom());
      RoleConnectionDetails app = postgres.connectionDetails(DatabaseRole.APP);
      System.out.println("ready " + app.getJdbcUrl() + " " + app.getPassword());
    } catch (RuntimeException e) {
      System.out.println("refused " + e.getMessage());
      System.exit(1);
    }
  }
}
