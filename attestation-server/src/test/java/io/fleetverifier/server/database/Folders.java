// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.util.FileSystemUtils;

/** Database folders for tests and a look at who uses them. */
final class Folders {

  private Folders() {}

  /** A name below {@code target} where nothing is yet. */
  static Path fresh(String name) throws IOException {
    Path folder = Path.of("target", "test-databases", name).toAbsolutePath();
    FileSystemUtils.deleteRecursively(folder);
    return folder;
  }

  /** The processes whose working directory is the data folder. */
  static List<ProcessHandle> processesIn(Path home) {
    Path data = new Cluster(home).data();
    return ProcessHandle.allProcesses()
        .filter(process -> data.equals(workingDirectory(process.pid())))
        .toList();
  }

  private static Path workingDirectory(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"));
    } catch (IOException e) {
      return Path.of("/");
    }
  }

  static long postmasterPid(Path home) throws IOException {
    return Long.parseLong(
        Files.readAllLines(new Cluster(home).data().resolve("postmaster.pid")).getFirst().strip());
  }

  static boolean becomesTrue(Duration within, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }
}
