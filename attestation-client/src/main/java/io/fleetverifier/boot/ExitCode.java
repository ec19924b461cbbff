// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

/** How the program ends. The numbers are stable: scripts of the boot act on them. */
enum ExitCode {
  DONE(0),
  /** Wrong call, configuration or volume. */
  LOCAL(1),
  /** The server does not know the device, refuses it, or an operator has yet to approve it. */
  NOT_ENROLLED(10),
  /** Not trusted, or nothing is let go to it, when the deadline came. */
  UNTRUSTED(11),
  /** The server could not be reached when the deadline came. */
  UNREACHABLE(12),
  TPM(13),
  /** The server is not the pinned one. */
  TLS(14),
  /** Only the next boot can bring a secret. */
  REBOOT_REQUIRED(15);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
