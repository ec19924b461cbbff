// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Starts, deaths and the next start of the embedded database, all on one folder. */
class EmbeddedPostgresLifeTest {

  private static Path home;

  @BeforeAll
  static void makeFolderOverTheLeftoversOfAHalfMadeOne() throws IOException {
    home = Folders.fresh("life");
    Path halfUnpacked = home.resolve("bin-" + "0".repeat(64) + ".tmp").resolve("bin");
    PrivateFiles.createFolder(halfUnpacked, "rwxr-xr-x");
    Path halfInitialised = home.resolve("db").resolve("18.new");
    PrivateFiles.createFolder(halfInitialised, "rwx------");
    Files.writeString(halfInitialised.resolve("PG_VERSION"), "18\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom());
        Connection connection = connect(postgres.connectionDetails(DatabaseRole.MIGRATOR));
        Statement statement = connection.createStatement()) {
      statement.execute("create table acknowledged (id bigint primary key)");
      statement.execute("grant select, insert on acknowledged to app");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    assertThat(halfUnpacked).doesNotExist();
    assertThat(halfInitialised).doesNotExist();
  }

  @AfterEach
  void nothingIsLeftBehind() throws InterruptedException {
    assertThat(
            Folders.becomesTrue(Duration.ofSeconds(5), () -> Folders.processesIn(home).isEmpty()))
        .isTrue();
  }

  @Test
  void killingTheServerUnderLoadLeavesNoProcessAndLosesNoAcknowledgedRow() throws Exception {
    List<Long> acknowledged = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (ChildServer server = ChildServer.start(home)) {
        writeUntilKilled(server, round * 1_000_000L, acknowledged);
      }
      assertThat(
              Folders.becomesTrue(Duration.ofSeconds(3), () -> Folders.processesIn(home).isEmpty()))
          .isTrue();
    }
    assertThat(acknowledged).hasSizeGreaterThan(100);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom())) {
      assertThat(storedIds(postgres)).containsAll(acknowledged);
    }
  }

  private static void writeUntilKilled(ChildServer server, long firstId, List<Long> acknowledged)
      throws Exception {
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                TimeUnit.MILLISECONDS.sleep(400);
                server.kill();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), "app", server.password());
        Statement statement = connection.createStatement()) {
      for (long id = firstId; ; id++) {
        statement.execute("insert into acknowledged values (" + id + ")");
        acknowledged.add(id);
      }
    } catch (SQLException expected) {
      killer.join();
    }
  }

  private static List<Long> storedIds(EmbeddedPostgres postgres) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (Connection connection = connect(postgres.connectionDetails(DatabaseRole.APP));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select id from acknowledged")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  @Test
  void itOutlivesTheVirtualThreadThatStartedIt() throws Exception {
    try (ChildServer server = ChildServer.start(home, "virtual");
        Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), "app", server.password())) {
      assertThat(connection.isValid(2)).isTrue();
      assertThat(Folders.processesIn(home)).isNotEmpty();
    }
  }

  @Test
  void itIsStartedAgainOnTheSamePortWhenItDies() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom())) {
      RoleConnectionDetails app = postgres.connectionDetails(DatabaseRole.APP);
      long first = Folders.postmasterPid(home);
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      assertThat(Folders.becomesTrue(Duration.ofSeconds(20), () -> canConnect(app))).isTrue();
      assertThat(Folders.postmasterPid(home)).isNotEqualTo(first);
    }
  }

  @Test
  void theFileOfADeadPostmasterIsNoObstacle() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    pretendPostmasterIs(ended.pid());
    EmbeddedPostgres.start(home, new SecureRandom()).close();
  }

  @Test
  void theFileNamingAForeignLiveProcessIsNoObstacle() throws Exception {
    pretendPostmasterIs(ProcessHandle.current().pid());
    EmbeddedPostgres.start(home, new SecureRandom()).close();
  }

  @Test
  void aPostmasterWithoutItsServerIsStoppedAndNotJoined() throws Exception {
    List<String> command = new ArrayList<>(ServiceUser.detect().prefix());
    command.addAll(
        List.of(
            PostgresBinaries.unpackInto(home).program("postgres"),
            "-D",
            new Cluster(home).data().toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "port=" + freePort(),
            "-c",
            "unix_socket_directories="));
    Process orphan =
        Commands.process(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(
            Folders.becomesTrue(Duration.ofSeconds(10), () -> Folders.processesIn(home).size() > 3))
        .isTrue();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom())) {
      assertThat(orphan.waitFor(1, TimeUnit.SECONDS)).isTrue();
      assertThat(canConnect(postgres.connectionDetails(DatabaseRole.APP))).isTrue();
    } finally {
      orphan.destroy();
    }
  }

  @Test
  void dataOfAnotherMajorVersionIsRefusedAndNotTouched() throws Exception {
    Path other = Folders.fresh("major");
    Path version = other.resolve("db").resolve("17").resolve("PG_VERSION");
    PrivateFiles.createFolder(PrivateFiles.folderOf(version), "rwx------");
    Files.writeString(version, "17\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(other, new SecureRandom()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("Data of PostgreSQL 17 found")
        .hasMessageContaining("this release ships 18");
    assertThat(other.resolve("db").resolve("18")).doesNotExist();
    assertThat(version).hasContent("17");
  }

  @Test
  void aFolderBelowAClosedOneIsRefusedByItsName() throws Exception {
    assumeTrue(PrivateFiles.runningAsRoot(), "only root gives its database to another user");
    Path closed = Folders.fresh("closed");
    PrivateFiles.createFolder(closed, "rwx------");
    assertThatThrownBy(() -> EmbeddedPostgres.start(closed.resolve("postgres"), new SecureRandom()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(closed + " is closed to others");
  }

  @Test
  void aMissingPasswordFileIsRefusedByItsName() throws Exception {
    Path password = home.resolve("app.password");
    byte[] content = Files.readAllBytes(password);
    Files.delete(password);
    try {
      assertThatThrownBy(
              () -> {
                try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, new SecureRandom())) {
                  postgres.connectionDetails(DatabaseRole.APP);
                }
              })
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining(password.toString());
    } finally {
      PrivateFiles.write(password, content, "rw-------");
    }
  }

  private static void pretendPostmasterIs(long pid) throws IOException {
    Path data = new Cluster(home).data();
    Path file = data.resolve("postmaster.pid");
    Files.writeString(file, pid + "\n" + data + "\n1\n1\n\n127.0.0.1\n\nready   \n");
    Files.setOwner(file, Files.getOwner(data));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static boolean canConnect(RoleConnectionDetails details) {
    try (Connection connection = connect(details)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  private static Connection connect(RoleConnectionDetails details) throws SQLException {
    return DriverManager.getConnection(
        details.getJdbcUrl(), details.getUsername(), details.getPassword());
  }
}
