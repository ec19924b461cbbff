// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs short programs with a clean environment, a time limit and no terminal. */
final class Commands {

  private static final int LIMIT_SECONDS = 120;

  private Commands() {}

  /** A program's exit code and what it wrote, both streams together. */
  record Outcome(int exitCode, String output) {}

  /** A process description whose environment holds nothing that could steer PostgreSQL. */
  static ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String path = System.getenv("PATH");
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path);
    environment.put("LC_ALL", "C");
    return builder.directory(Path.of("/").toFile());
  }

  /**
   * Runs a program to its end.
   *
   * @param input what it reads from its standard input
   */
  static Outcome run(List<String> command, String input) {
    try {
      Process process = process(command).start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      // None of these programs writes as much as a pipe holds, so waiting first cannot block it.
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new StartRefusedException(
            command.getFirst() + " did not end within " + LIMIT_SECONDS + " seconds.");
      }
      return new Outcome(
          process.exitValue(),
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefusedException("Interrupted while running " + command.getFirst() + ".", e);
    }
  }

  /** Runs a program that must succeed and returns what it wrote. */
  static String output(List<String> command) {
    Outcome outcome = run(command, "");
    if (outcome.exitCode() != 0) {
      throw new StartRefusedException(command.getFirst() + " failed: " + outcome.output().strip());
    }
    return outcome.output();
  }

  /** Whether a program can be started and ends with exit code 0. */
  static boolean succeeds(List<String> prefix, List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    try {
      return run(whole, "").exitCode() == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
