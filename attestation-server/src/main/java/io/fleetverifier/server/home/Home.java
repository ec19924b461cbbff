// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.home;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds what the server itself keeps on disk: the embedded database, the key file
 * and the certificates.
 *
 * @param root absolute path; it need not exist yet
 */
public record Home(Path root) {

  public Home {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * The configured folder, else {@code /var/lib/fleet-verifier} for root and {@code
   * ~/.local/share/fleet-verifier} for everybody else.
   */
  public static Home of(@Nullable String configured) {
    if (configured != null && !configured.isBlank()) {
      return new Home(Path.of(configured));
    }
    if (PrivateFiles.runningAsRoot()) {
      return new Home(Path.of("/var/lib/fleet-verifier"));
    }
    return new Home(Path.of(System.getProperty("user.home"), ".local", "share", "fleet-verifier"));
  }

  /** Where the embedded database lives; no key may lie below it. */
  public Path postgres() {
    return root.resolve("postgres");
  }

  /** The folder of the key-encryption key. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** The folder of what devices must be told: the CA certificate and the answer keys. */
  public Path tls() {
    return root.resolve("tls");
  }
}
