// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.Passphrase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where keys go: one to standard output, or each to a file of its own in a folder that should lie
 * in memory (a tmpfs). 43 characters, no line feed. Nowhere else.
 */
final class KeyOutput {
  private final OutputStream standard;
  private final Optional<Path> folder;

  KeyOutput(OutputStream standard, Optional<Path> folder, int keys) {
    if (keys > 1 && folder.isEmpty()) {
      throw Arguments.usage("several volumes need --out DIR");
    }
    this.standard = standard;
    this.folder = folder;
  }

  void write(Map<String, SecretBytes> secrets) throws IOException {
    for (Map.Entry<String, SecretBytes> secret : secrets.entrySet()) {
      try (SecretBytes passphrase = Passphrase.of(secret.getValue())) {
        byte[] octets = passphrase.revealBytes();
        try {
          write(secret.getKey(), octets);
        } finally {
          Arrays.fill(octets, (byte) 0);
        }
      }
    }
  }

  private void write(String volume, byte[] octets) throws IOException {
    if (folder.isEmpty()) {
      standard.write(octets);
      standard.flush();
      return;
    }
    Path directory =
        Files.createDirectories(
            folder.get(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path temporary = directory.resolve("." + volume + ".key");
    Files.deleteIfExists(temporary);
    try (OutputStream out =
        Channels.newOutputStream(
            Files.newByteChannel(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))))) {
      out.write(octets);
    }
    Files.move(temporary, directory.resolve(volume + ".key"), StandardCopyOption.ATOMIC_MOVE);
  }
}
