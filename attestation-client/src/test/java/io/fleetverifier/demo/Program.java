// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
final class Program {
  private static final int LONGEST_SECONDS = 120;

  private Program() {}

  /**
   * What a program left behind.
   *
   * @param output of its standard output
   * @param messages of its standard error
   */
  record Result(int status, String output, String messages) {}

  /**
   * Runs it.
   *
   * @param input for its standard input
   * @throws IllegalStateException when it does not end in time
   */
  static Result run(List<String> command, String input) {
    try {
      Path output = Files.createTempFile("fleet-verifier-demo", ".out");
      Path messages = Files.createTempFile("fleet-verifier-demo", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(messages.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException(command.getFirst() + " does not end");
        }
        return new Result(
            process.exitValue(), Files.readString(output), Files.readString(messages));
      } finally {
        Files.delete(output);
        Files.delete(messages);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
