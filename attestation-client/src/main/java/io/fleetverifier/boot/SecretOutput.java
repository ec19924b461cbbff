// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.Passphrase;
import io.fleetverifier.luks.LuksHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where passphrases go: to standard output, or into files of a folder that only this user can
 * enter. Whoever made the folder decides what it lies on: it should be a tmpfs.
 */
final class SecretOutput {

  private static final String OUTPUT = "OUTPUT";
  private static final String OWNER_ONLY = "rwx------";

  private final OutputStream out;
  private final Optional<Path> folder;
  private final Optional<Path> headerFile;

  /**
   * An output.
   *
   * @param out takes the one passphrase when there is no folder
   * @param headerFile takes the one header, beside what the folder gets
   */
  SecretOutput(OutputStream out, Optional<Path> folder, Optional<Path> headerFile) {
    this.out = out;
    this.folder = folder;
    this.headerFile = headerFile;
  }

  /**
   * Finds out, before anything is asked for, whether it could be written.
   *
   * @throws EndedException when it could not
   */
  void prepare() {
    folder.ifPresent(SecretOutput::prepare);
  }

  private static void prepare(Path folder) {
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
      }
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw EndedException.local(OUTPUT, folder + " is no folder");
      }
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
      if (!mode.equals(OWNER_ONLY)) {
        throw EndedException.local(OUTPUT, folder + " can be entered by others: chmod 700 it");
      }
    } catch (IOException e) {
      throw EndedException.local(OUTPUT, "cannot use " + e.getMessage());
    }
  }

  /**
   * Writes everything, or leaves nothing behind.
   *
   * @param headers of the volumes that have one
   * @throws EndedException when it could not be written
   */
  void write(Map<String, SecretBytes> secrets, Map<String, LuksHeader> headers) {
    List<Path> written = new ArrayList<>();
    try {
      writeHeaders(headers, written);
      writePassphrases(secrets, written);
    } catch (IOException e) {
      written.forEach(SecretOutput::remove);
      throw EndedException.local(OUTPUT, "cannot write: " + e.getMessage());
    }
  }

  private void writeHeaders(Map<String, LuksHeader> headers, List<Path> written)
      throws IOException {
    for (Map.Entry<String, LuksHeader> header : headers.entrySet()) {
      for (Path file : headerFiles(header.getKey())) {
        written.add(file);
        header.getValue().writeCopy(file);
      }
    }
  }

  private List<Path> headerFiles(String volume) {
    List<Path> files = new ArrayList<>();
    folder.ifPresent(path -> files.add(path.resolve(volume + ".header")));
    headerFile.ifPresent(files::add);
    return files;
  }

  private void writePassphrases(Map<String, SecretBytes> secrets, List<Path> written)
      throws IOException {
    for (Map.Entry<String, SecretBytes> secret : secrets.entrySet()) {
      try (SecretBytes passphrase = Passphrase.of(secret.getValue())) {
        byte[] characters = passphrase.revealBytes();
        try {
          if (folder.isPresent()) {
            Path file = folder.get().resolve(secret.getKey() + ".key");
            written.add(file);
            writeFile(folder.get(), file, characters);
          } else {
            out.write(characters);
            out.flush();
          }
        } finally {
          Arrays.fill(characters, (byte) 0);
        }
      }
    }
  }

  /** The file appears whole, with mode 0600, and replaces one that is there. */
  private static void writeFile(Path folder, Path file, byte[] content) throws IOException {
    Path unfinished = Files.createTempFile(folder, ".key", null);
    try {
      Files.write(unfinished, content);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw EndedException.local(OUTPUT, "a passphrase may be left in " + file);
    }
  }
}
