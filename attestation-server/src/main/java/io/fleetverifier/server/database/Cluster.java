// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The data folder of one PostgreSQL major version and the passwords of its two roles.
 *
 * @param home the database folder, which holds {@code db/18} and the password files
 */
record Cluster(Path home) {

  /** The name of the one database. */
  static final String DATABASE = "app";

  private static final String ONLY_LOCAL_ROLES =
      "host " + DATABASE + " app,migrator 127.0.0.1/32 scram-sha-256\n";

  /** The data folder of the major version that this release ships. */
  Path data() {
    return home.resolve("db").resolve(PostgresBinaries.MAJOR);
  }

  /** Refuses when the folder holds data that the shipped programs cannot read. */
  void checkMajor() throws IOException {
    Path versions = home.resolve("db");
    if (!Files.isDirectory(versions)) {
      return;
    }
    try (Stream<Path> folders = Files.list(versions)) {
      for (Path folder : folders.toList()) {
        checkMajor(folder);
      }
    }
  }

  private static void checkMajor(Path folder) throws IOException {
    Path file = folder.resolve("PG_VERSION");
    if (folder.endsWith(PostgresBinaries.MAJOR + ".new") || !Files.exists(file)) {
      return;
    }
    String found = Files.readString(file).strip();
    if (!found.equals(PostgresBinaries.MAJOR)) {
      throw new StartRefusedException(
          "Data of PostgreSQL "
              + found
              + " found in "
              + folder
              + ", this release ships "
              + PostgresBinaries.MAJOR
              + ": export with the old release, import here.");
    }
  }

  /**
   * Makes the data folder with its roles and database, unless it exists. Everything happens under
   * another name, so that a half-made folder is never taken for a database.
   */
  void createIfAbsent(PostgresBinaries binaries, ServiceUser user, SecureRandom random)
      throws IOException {
    if (Files.isDirectory(data())) {
      return;
    }
    Path fresh = data().resolveSibling(PostgresBinaries.MAJOR + ".new");
    FileSystemUtils.deleteRecursively(fresh);
    PrivateFiles.createFolder(fresh, "rwx------");
    user.own(fresh);
    initialise(binaries, user, fresh);
    createRoles(binaries, user, fresh, newPasswords(random));
    Files.writeString(fresh.resolve("pg_hba.conf"), ONLY_LOCAL_ROLES);
    Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
    PrivateFiles.syncFolder(home.resolve("db"));
  }

  /** The password of a role, as it was generated when the data folder was made. */
  String password(DatabaseRole role) throws IOException {
    Path file = passwordFile(role);
    if (!Files.exists(file)) {
      throw new StartRefusedException(
          "The database's password file " + file + " is missing; restore it beside its data.");
    }
    return Files.readString(file).strip();
  }

  private Path passwordFile(DatabaseRole role) {
    return home.resolve(role.roleName() + ".password");
  }

  private Map<DatabaseRole, String> newPasswords(SecureRandom random) throws IOException {
    Map<DatabaseRole, String> passwords =
        Stream.of(DatabaseRole.values())
            .collect(Collectors.toMap(role -> role, role -> newPassword(random)));
    for (Map.Entry<DatabaseRole, String> entry : passwords.entrySet()) {
      PrivateFiles.write(
          passwordFile(entry.getKey()),
          (entry.getValue() + "\n").getBytes(StandardCharsets.US_ASCII),
          "rw-------");
    }
    return passwords;
  }

  private static String newPassword(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void initialise(PostgresBinaries binaries, ServiceUser user, Path data) {
    List<String> command = new ArrayList<>(user.prefix());
    command.addAll(
        List.of(
            binaries.program("initdb"),
            "--pgdata=" + data,
            "--username=postgres",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--data-checksums",
            "--no-instructions"));
    Commands.output(command);
  }

  /** The superuser gets no password and no line in pg_hba.conf: nobody can log in as it. */
  private static void createRoles(
      PostgresBinaries binaries, ServiceUser user, Path data, Map<DatabaseRole, String> passwords) {
    String statements =
        passwords.entrySet().stream()
                .map(role ->
                    "create role %s login password '%s'\n"
                        .formatted(role.getKey().roleName(), role.getValue()))
                .collect(Collectors.joining())
            + "create database "
            + DATABASE
            + " owner migrator\n"
            + "revoke all on database "
            + DATABASE
            + " from public\n"
            + "grant connect on database "
            + DATABASE
            + " to app\n";
    List<String> command = new ArrayList<>(user.prefix());
    command.addAll(
        List.of(
            binaries.program("postgres"),
            "--single",
            "-D",
            data.toString(),
            "-c",
            "log_min_error_statement=panic",
            "postgres"));
    Commands.Outcome outcome = Commands.run(command, statements);
    boolean failed = outcome.output().lines().anyMatch(Cluster::isError);
    if (failed || outcome.exitCode() != 0) {
      throw new StartRefusedException(
          "The database's roles could not be made: "
              + outcome.output().lines().filter(Cluster::isError).findFirst().orElse("no message"));
    }
  }

  private static boolean isError(String line) {
    return line.contains("ERROR:") || line.contains("FATAL:") || line.contains("PANIC:");
  }
}
