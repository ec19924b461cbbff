// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An encrypted volume in a file, by cryptsetup. Keys go through standard input only. */
final class Volume {
  private static final long SIZE = 32L * 1024 * 1024;

  private final Path file;

  Volume(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  boolean format(String key) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(SIZE);
    }
    return cryptsetup(
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
  }

  /** A second keyslot for the day on which no server and no TPM helps. */
  boolean addRecoveryKey(String key, Path recoveryKey) {
    return cryptsetup(
        key,
        "luksAddKey",
        "--batch-mode",
        "--pbkdf",
        "pbkdf2",
        "--pbkdf-force-iterations",
        "1000",
        "--key-file",
        "-",
        file.toString(),
        recoveryKey.toString());
  }

  boolean opensWith(String key) {
    return cryptsetup(key, "open", "--test-passphrase", "--key-file", "-", file.toString());
  }

  Bytes pin() throws IOException {
    try {
      return LuksHeader.read(file).pin();
    } catch (LuksException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean cryptsetup(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/cryptsetup"));
    command.addAll(List.of(arguments));
    return Program.run(command, input).status() == 0;
  }
}
