// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real cryptsetup. A test that needs it fails where it is missing. Keys go through standard
 * input only.
 */
public final class Cryptsetup {

  private static final String PROGRAM = "/usr/sbin/cryptsetup";
  private static final String FAST = "--pbkdf pbkdf2 --pbkdf-force-iterations 1000";
  private static final long VOLUME_SIZE = 32L << 20;
  private static final int LONGEST_SECONDS = 60;

  private Cryptsetup() {}

  /** Makes a LUKS2 volume in a file, with a key derivation that costs no time. */
  public static void format(Path file, String key) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(VOLUME_SIZE);
    }
    succeed(key, "luksFormat --type luks2 --batch-mode " + FAST + " --key-file -", file);
  }

  /** Adds a keyslot whose key is the content of a file. */
  public static void addKey(Path device, String key, Path newKey) throws IOException {
    succeed(key, "luksAddKey --batch-mode " + FAST + " --key-file -", device, newKey);
  }

  /** Whether the key opens the volume by its own header. */
  public static boolean opens(Path device, String key) throws IOException {
    return opens(device, device, key);
  }

  /** Whether the key opens the volume under this header; no data is read. */
  public static boolean opens(Path device, Path header, String key) throws IOException {
    return run(
            key,
            List.of(
                "open",
                "--test-passphrase",
                "--key-file",
                "-",
                "--header",
                header.toString(),
                device.toString()))
        == 0;
  }

  private static void succeed(String input, String words, Path... operands) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
    List.of(operands).forEach(operand -> arguments.add(operand.toString()));
    succeed(input, arguments);
  }

  /** Runs it and demands that it succeeds. */
  public static void succeed(String input, List<String> arguments) throws IOException {
    int status = run(input, arguments);
    if (status != 0) {
      throw new AssertionError("cryptsetup " + arguments + " ended with " + status);
    }
  }

  /** Runs it with an input and gives its exit status. */
  public static int run(String input, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
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
