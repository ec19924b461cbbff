// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier server left behind in the data folder. The caller holds the {@link HomeLock}, so
 * whatever still runs there has lost its server and is stopped, never joined: its settings and its
 * pipe belonged to the other JVM.
 */
final class StalePostmaster {

  private static final Logger log = LoggerFactory.getLogger(StalePostmaster.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path data;
  private final PostgresBinaries binaries;
  private final ServiceUser user;

  StalePostmaster(Path data, PostgresBinaries binaries, ServiceUser user) {
    this.data = data;
    this.binaries = binaries;
    this.user = user;
  }

  private enum State {
    GONE,
    RUNNING,
    ENDING,
    FOREIGN
  }

  /** Returns when a new postmaster may start, or refuses after half a minute. */
  void clear() throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      switch (state()) {
        case GONE -> {
          return;
        }
        case FOREIGN -> {
          Files.deleteIfExists(pidFile());
          return;
        }
        case RUNNING -> stop();
        case ENDING -> pause();
      }
      if (System.nanoTime() > deadline) {
        throw new StartRefusedException(
            "An earlier PostgreSQL still uses " + data + " and does not end; stop it first.");
      }
    }
  }

  /**
   * A dead pid's file is left to PostgreSQL, which also looks at its shared memory. Only a file
   * that names a live process of somebody else, with nobody in the data folder, may be removed:
   * removing it otherwise would take away the guard against two writers.
   */
  private State state() throws IOException {
    OptionalLong pid = recordedPid();
    List<Long> inside = processesInside();
    if (!inside.isEmpty()) {
      return pid.isPresent() && inside.contains(pid.getAsLong()) ? State.RUNNING : State.ENDING;
    }
    if (pid.isEmpty() || !Files.exists(Path.of("/proc", Long.toString(pid.getAsLong())))) {
      return State.GONE;
    }
    return isZombie(pid.getAsLong()) ? State.ENDING : State.FOREIGN;
  }

  private void stop() {
    log.warn("An earlier PostgreSQL without a server still runs in {}; stopping it.", data);
    if (!pgCtlStop("fast")) {
      pgCtlStop("immediate");
    }
  }

  private boolean pgCtlStop(String mode) {
    return Commands.succeeds(
        user.prefix(),
        List.of(binaries.program("pg_ctl"), "stop", "-D", data.toString(), "-m", mode, "-t", "10"));
  }

  private Path pidFile() {
    return data.resolve("postmaster.pid");
  }

  private OptionalLong recordedPid() throws IOException {
    try (Stream<String> lines = Files.lines(pidFile())) {
      return lines
          .findFirst()
          .map(line -> OptionalLong.of(Long.parseLong(line.strip())))
          .orElseGet(OptionalLong::empty);
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (NumberFormatException e) {
      throw new StartRefusedException(pidFile() + " does not begin with a process id.", e);
    }
  }

  private List<Long> processesInside() throws IOException {
    Path real = data.toRealPath();
    List<Long> inside = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (worksIn(process.pid(), real)) {
        inside.add(process.pid());
      }
    }
    return inside;
  }

  private static boolean worksIn(long pid, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd")).equals(folder);
    } catch (IOException e) {
      // It has ended, or belongs to another user, who could not open this folder anyway.
      return false;
    }
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      // Ended between the two looks: the next round sees that it is gone.
      return true;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(50));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefusedException("Interrupted while waiting for the database.", e);
    }
  }
}
