// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.server.database.DatabaseRole;
import io.fleetverifier.server.database.EmbeddedPostgres;
import io.fleetverifier.server.database.RoleConnectionDetails;
import io.fleetverifier.server.home.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Function;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one database of this test JVM, shared by all of its Spring contexts: a container where an
 * engine answers, else the product's own embedded PostgreSQL in a fresh folder below {@code
 * target}. The system property {@code fv.test.database} ({@code container} or {@code embedded})
 * forces one.
 */
public final class TestDatabase {

  private static final class Holder {
    static final TestDatabase INSTANCE = start();
  }

  private final Home home;
  private final Function<DatabaseRole, RoleConnectionDetails> details;

  private TestDatabase(Home home, Function<DatabaseRole, RoleConnectionDetails> details) {
    this.home = home;
    this.details = details;
  }

  /** Starts the database at the first call. */
  public static TestDatabase get() {
    return Holder.INSTANCE;
  }

  /** How a role connects. */
  public RoleConnectionDetails connectionDetails(DatabaseRole role) {
    return details.apply(role);
  }

  /** A home folder as fresh as the database, for keys and certificates that belong to it. */
  public Home home() {
    return home;
  }

  private static TestDatabase start() {
    Path folder = freshFolder();
    String kind = System.getProperty("fv.test.database", "");
    boolean container =
        switch (kind) {
          case "container" -> true;
          case "embedded" -> false;
          case "" -> DockerProbe.dockerAnswers();
          default -> throw new IllegalArgumentException("fv.test.database=" + kind);
        };
    System.out.println(
        "Tests use " + (container ? "a PostgreSQL container" : "the embedded PostgreSQL"));
    return container ? container(folder) : embedded(folder);
  }

  private static Path freshFolder() {
    try {
      Path parent = Path.of("target", "test-homes").toAbsolutePath();
      Files.createDirectories(parent);
      return parent.resolve(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestDatabase embedded(Path folder) {
    Home home = new Home(folder);
    EmbeddedPostgres postgres = EmbeddedPostgres.start(home.postgres(), new SecureRandom());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(postgres, folder)));
    return new TestDatabase(home, postgres::connectionDetails);
  }

  private static void remove(EmbeddedPostgres postgres, Path folder) {
    try {
      postgres.close();
      FileSystemUtils.deleteRecursively(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The container lives until the engine's own reaper sees this JVM end. */
  @SuppressWarnings("resource")
  private static TestDatabase container(Path folder) {
    PostgreSQLContainer container =
        new PostgreSQLContainer("postgres:18")
            .withDatabaseName("app")
            .withInitScript("io/fleetverifier/server/testing/roles.sql");
    container.start();
    return new TestDatabase(
        new Home(folder),
        role ->
            new RoleConnectionDetails(
                container.getJdbcUrl(), role, "password-of-" + role.roleName()));
  }
}
