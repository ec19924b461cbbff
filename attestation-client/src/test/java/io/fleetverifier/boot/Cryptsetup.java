// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real cryptsetup; a test that needs it fails where it is missing. */
final class Cryptsetup {

  private Cryptsetup() {}

  /** Makes a LUKS2 volume in a file. */
  static void format(Path file, String key) throws IOException {
    try (var image = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(32L << 20);
    }
    int status =
        run(
            key,
            "luksFormat",
            "--type",
            "luks2",
            "--batch-mode",
            "--pbkdf",
            "pbkdf2",
            "--pbkdf-force-iterations",
            "1000",
            "--key-file",
            "-",
            file.toString());
    if (status != 0) {
      throw new AssertionError("luksFormat ended with " + status);
    }
  }

  /** Whether the key opens the volume under this header. */
  static boolean opens(Path device, Path header, String key) throws IOException {
    return run(
            key,
            "open",
            "--test-passphrase",
            "--header",
            header.toString(),
            "--key-file",
            "-",
            device.toString())
        == 0;
  }

  private static int run(String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/cryptsetup"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("cryptsetup does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    return process.exitValue();
  }
}
