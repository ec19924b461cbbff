// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link DatabaseProgram} in its own JVM and the first word it said. */
record ChildServer(Process process, String firstLine) implements AutoCloseable {

  static ChildServer start(Path home, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DatabaseProgram.class.getName(),
                home.toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith("ready ") && !line.startsWith("refused ")) {
      line = lines.readLine();
    }
    return new ChildServer(process, String.valueOf(line));
  }

  String jdbcUrl() {
    return firstLine.split(" ", -1)[1];
  }

  String password() {
    return firstLine.split(" ", -1)[2];
  }

  /** SIGKILL: nothing in that JVM can react. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
