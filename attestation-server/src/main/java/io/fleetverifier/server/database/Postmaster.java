// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running PostgreSQL. Its life hangs on a pipe: a small shell holds the other end, and when
 * that end closes, because we close it or because the JVM dies in whatever way, the shell sends
 * SIGINT, PostgreSQL's fast shutdown.
 */
final class Postmaster {

  private static final Logger log = LoggerFactory.getLogger(Postmaster.class);
  private static final long LARGEST_LOG = 10L << 20;

  /** The watcher is ended with the database, so that it never signals a pid given to another. */
  private static final String TIED_TO_STDIN =
      "exec 3<&0; \"$@\" </dev/null 3<&- & p=$!;"
          + " (cat <&3 >/dev/null; kill -INT $p 2>/dev/null) & w=$!;"
          + " exec 3<&-; wait $p; s=$?; kill $w 2>/dev/null; exit $s";

  private final Process process;
  private final Path data;
  private final Path logFile;
  private final long logStart;

  private Postmaster(Process process, Path data, Path logFile, long logStart) {
    this.process = process;
    this.data = data;
    this.logFile = logFile;
    this.logStart = logStart;
  }

  /** Another process has the port. */
  static final class PortTakenException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Starts PostgreSQL on a port of 127.0.0.1 and waits until it accepts connections. */
  static Postmaster start(
      PostgresBinaries binaries, ServiceUser user, Path data, Path logFile, int port)
      throws IOException, PortTakenException {
    if (Files.exists(logFile) && Files.size(logFile) > LARGEST_LOG) {
      Files.move(
          logFile,
          logFile.resolveSibling(logFile.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(logFile)) {
      PrivateFiles.write(logFile, new byte[0], "rw-------");
    }
    long logStart = Files.size(logFile);
    Process process =
        Commands.process(command(binaries, user, data, port))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
            .start();
    Postmaster postmaster = new Postmaster(process, data, logFile, logStart);
    try {
      postmaster.awaitReady();
      return postmaster;
    } catch (IOException | RuntimeException | PortTakenException e) {
      postmaster.stop();
      throw e;
    }
  }

  private static List<String> command(
      PostgresBinaries binaries, ServiceUser user, Path data, int port) {
    List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", TIED_TO_STDIN, "sh"));
    command.addAll(user.prefix());
    command.addAll(List.of(binaries.program("postgres"), "-D", data.toString()));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "port=" + port,
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "password_encryption=scram-sha-256",
            "ssl=off",
            "max_connections=50",
            "timezone=UTC",
            "log_timezone=UTC",
            "lc_messages=C",
            "log_checkpoints=off",
            "log_min_error_statement=panic")) {
      command.add("-c");
      command.add(setting);
    }
    return command;
  }

  /** Recovery after a crash may take long, so there is no limit while the process lives. */
  private void awaitReady() throws IOException, PortTakenException {
    long nextWord = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!isReady()) {
      if (ended(Duration.ofMillis(20))) {
        throw failure();
      }
      if (System.nanoTime() > nextWord) {
        log.info("Still waiting for PostgreSQL; see {}.", logFile);
        nextWord += Duration.ofSeconds(10).toNanos();
      }
    }
  }

  /** Line 1 of postmaster.pid is the process, line 8 its state. */
  private boolean isReady() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return false;
    }
    return lines.size() >= 8
        && lines.get(7).startsWith("ready")
        && isOurChild(Long.parseLong(lines.getFirst().strip()));
  }

  private boolean isOurChild(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(ProcessHandle::parent)
        .filter(parent -> parent.pid() == process.pid())
        .isPresent();
  }

  private RuntimeException failure() throws IOException, PortTakenException {
    String written = writtenSinceStart();
    if (written.contains("Address already in use")) {
      throw new PortTakenException();
    }
    String reason =
        written
            .lines()
            .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
            .reduce((earlier, later) -> later)
            .orElseGet(
                () -> written.lines().reduce((earlier, later) -> later).orElse("no message"));
    return new StartRefusedException(
        "PostgreSQL did not start: " + reason.strip() + " (log: " + logFile + ")");
  }

  private String writtenSinceStart() throws IOException {
    byte[] all = Files.readAllBytes(logFile);
    int from = (int) Math.min(logStart, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  /** Whether the process ends within the given time. */
  boolean ended(Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefusedException("Interrupted while waiting for the database.", e);
    }
  }

  /** Blocks until the process ends. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /** Asks for a fast shutdown by closing the pipe; waiting is the caller's. */
  void stop() throws IOException {
    process.getOutputStream().close();
  }
}
