// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A running embedded database: what it promises about disk, network, roles and processes. */
class EmbeddedPostgresTest {

  private static Path home;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    home = Folders.fresh("running");
    postgres = EmbeddedPostgres.start(home, new SecureRandom());
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
    assertThat(Folders.processesIn(home)).isEmpty();
  }

  @Test
  void everyCommitIsForcedToDisk() throws SQLException {
    try (Connection connection = connect(DatabaseRole.MIGRATOR);
        Statement statement = connection.createStatement()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(one(statement, "show " + setting)).isEqualTo("on");
      }
      statement.execute("create table commits (id int)");
      long before = walSyncs(statement);
      for (int i = 0; i < 50; i++) {
        statement.execute("insert into commits values (" + i + ")");
      }
      assertThat(walSyncs(statement) - before).isGreaterThanOrEqualTo(50);
    }
  }

  private static long walSyncs(Statement statement) throws SQLException {
    statement.execute("select pg_stat_force_next_flush()");
    return Long.parseLong(
        one(statement, "select sum(fsyncs)::bigint from pg_stat_io where object = 'wal'"));
  }

  @Test
  void itListensOnTheLoopbackAddressOnlyAndOnNoSocketFile() throws Exception {
    String port =
        postgres.connectionDetails(DatabaseRole.APP).getJdbcUrl().replaceAll(".*:(\\d+)/.*", "$1");
    String hexPort = "%04X".formatted(Integer.parseInt(port));
    List<String> listeners =
        Files.readAllLines(Path.of("/proc/net/tcp")).stream()
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields[3].equals("0A") && fields[1].endsWith(":" + hexPort))
            .map(fields -> fields[1])
            .toList();
    assertThat(listeners).containsExactly("0100007F:" + hexPort);
    assertThat(Path.of("/proc/net/tcp6"))
        .content()
        .doesNotContain(":" + hexPort + " 000000000000000000000000");
    assertThat(Files.readString(Path.of("/proc/net/unix"))).doesNotContain(".s.PGSQL." + port);
  }

  @Test
  void theApplicationsRoleIsNoSuperuserAndCannotMakeTables() throws SQLException {
    try (Connection connection = connect(DatabaseRole.APP);
        Statement statement = connection.createStatement()) {
      assertThat(
              one(
                  statement,
                  "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"))
          .isEqualTo("f");
      assertThatThrownBy(() -> statement.execute("create table mine (id int)"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.execute("create temporary table mine (id int)"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void theMigratorsRoleIsNoSuperuserEither() throws SQLException {
    try (Connection connection = connect(DatabaseRole.MIGRATOR);
        Statement statement = connection.createStatement()) {
      assertThat(
              one(
                  statement,
                  "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"))
          .isEqualTo("f");
    }
  }

  @Test
  void nobodyLogsInAsTheSuperuserOrWithAWrongPassword() {
    String url = postgres.connectionDetails(DatabaseRole.APP).getJdbcUrl();
    assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", ""))
        .hasMessageContaining("no pg_hba.conf entry");
    assertThatThrownBy(() -> DriverManager.getConnection(url, "app", "wrong"))
        .hasMessageContaining("password authentication failed");
    assertThatThrownBy(
            () -> DriverManager.getConnection(url.replace("/app", "/postgres"), "app", "wrong"))
        .hasMessageContaining("no pg_hba.conf entry");
  }

  @Test
  void dataAndPasswordsAreClosedToOtherUsers() throws IOException {
    assertThat(mode(new Cluster(home).data())).isEqualTo("rwx------");
    assertThat(mode(home.resolve("postgres.log"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("app.password"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("migrator.password"))).isEqualTo("rw-------");
  }

  @Test
  void theDatabaseProcessHasNoRootRights() throws IOException {
    Path process = Path.of("/proc", Long.toString(Folders.postmasterPid(home)));
    assertThat(Files.getAttribute(process, "unix:uid")).isNotEqualTo(0);
    if (PrivateFiles.runningAsRoot()) {
      assertThat(Files.readString(process.resolve("status")))
          .contains("CapEff:\t0000000000000000")
          .contains("CapBnd:\t0000000000000000")
          .contains("NoNewPrivs:\t1");
    }
  }

  @Test
  void aSecondServerIsRefusedAndTheFirstKeepsItsLock() throws Exception {
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(home, new SecureRandom()))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("in use by the server with pid " + ProcessHandle.current().pid());
      try (ChildServer other = ChildServer.start(home)) {
        assertThat(other.firstLine())
            .contains("refused")
            .contains("in use by the server with pid " + ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void aTakenPortIsNoticedWithoutWaitingForItsOwner() throws Exception {
    Path elsewhere = Folders.fresh("port");
    EmbeddedPostgres.start(elsewhere, new SecureRandom()).close();
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
      assertThatThrownBy(() ->
              Postmaster.start(
                  PostgresBinaries.unpackInto(elsewhere),
                  ServiceUser.detect(),
                  new Cluster(elsewhere).data(),
                  elsewhere.resolve("postgres.log"),
                  silent.getLocalPort()))
          .isInstanceOf(Postmaster.PortTakenException.class);
    }
  }

  private static Connection connect(DatabaseRole role) throws SQLException {
    RoleConnectionDetails details = postgres.connectionDetails(role);
    return DriverManager.getConnection(
        details.getJdbcUrl(), details.getUsername(), details.getPassword());
  }

  private static String one(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
