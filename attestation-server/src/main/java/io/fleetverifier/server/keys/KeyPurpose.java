// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import java.util.Locale;

/** What a key of the installation is for. A key serves one purpose only. */
public enum KeyPurpose {
  /** 32 octets that seal challenge and enrolment tokens. */
  TOKEN,
  /** P-256 private key that signs what devices are told; devices pin its public point. */
  ANSWER,
  /** P-256 private key that signs the server's own TLS certificates. */
  CA;

  /** As the database writes it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
