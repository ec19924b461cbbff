// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.VendorRoots;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The folder of the vendors' CAs (property {@code fv.ek.roots}), read again when a file in it
 * changes. While it cannot be read as a whole, the last good set stays: a root that is silently
 * missing would take trust from good devices.
 */
@Component
public final class VendorFolder {
  private static final Logger log = LoggerFactory.getLogger(VendorFolder.class);
  private static final String README = "README.txt";

  private final Path folder;
  private volatile State state;

  /**
   * What the folder holds.
   *
   * @param files names, sizes and times of its files when they were last looked at
   * @param roots the last good set
   * @param digest of this set
   * @param fault why the folder as it is now cannot be read
   */
  record State(String files, VendorRoots roots, Bytes digest, Optional<String> fault) {

    static State of(String files, VendorRoots roots) {
      return new State(files, roots, roots.digest(), Optional.empty());
    }

    State with(String others, String fault) {
      return new State(others, roots, digest, Optional.of(fault));
    }
  }

  VendorFolder(EkProperties properties, Home home) {
    Path named = properties.roots();
    this.folder = named == null ? home.root().resolve("ek-roots") : named.toAbsolutePath();
    try {
      if (named == null) {
        create(folder);
      }
      String files = files(folder);
      this.state = State.of(files, VendorRoots.load(folder));
    } catch (IOException | UncheckedIOException e) {
      throw new StartRefusedException(
          "The vendors' CAs in " + folder + " cannot be read (" + e.getMessage() + ").", e);
    }
  }

  private static void create(Path folder) throws IOException {
    PrivateFiles.createFolder(folder, "rwxr-xr-x");
    Path readme = folder.resolve(README);
    if (Files.notExists(readme)) {
      try (InputStream text =
          Objects.requireNonNull(VendorFolder.class.getResourceAsStream("ek-roots-readme.txt"))) {
        PrivateFiles.write(readme, text.readAllBytes(), "rw-r--r--");
      }
    }
  }

  /** What counts now, in one piece. */
  State state() {
    return state;
  }

  /** The CAs that count now. */
  public VendorRoots roots() {
    return state.roots();
  }

  /** Why the folder as it is now cannot be read; the last good set counts meanwhile. */
  public Optional<String> fault() {
    return state.fault();
  }

  /** Looks at the folder and reads it when something has changed. */
  public synchronized void refresh() {
    State before = state;
    String files = before.files();
    try {
      files = files(folder);
      if (files.equals(before.files()) && before.fault().isEmpty()) {
        return;
      }
      VendorRoots roots = VendorRoots.load(folder);
      state = State.of(files, roots);
      log.info("{} CAs of TPM vendors were read from {}.", roots.certificates().size(), folder);
    } catch (IOException | UncheckedIOException e) {
      String fault = String.valueOf(e.getMessage());
      if (!before.fault().equals(Optional.of(fault))) {
        log.warn("The vendors' CAs cannot be read ({}); those read before still count.", fault);
      }
      state = before.with(files, fault);
    }
  }

  private static String files(Path folder) throws IOException {
    return VendorRoots.files(folder).stream()
        .map(VendorFolder::describe)
        .collect(Collectors.joining("\n"));
  }

  private static String describe(Path file) {
    try {
      return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
