// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

/** What the program's end tells the script that started it. */
enum ExitCode {
  /** Done. */
  OK(0),
  /** Wrong arguments, configuration, files or volumes: something on this machine. */
  LOCAL(1),
  /** The server knows no such device, waits for a person, or does not let the secret go. */
  REFUSED(10),
  /** The server does not believe the device's boot, or the device not the server's answer. */
  UNTRUSTED(11),
  /** No address of the server answers usefully. */
  UNREACHABLE(12),
  /** The TPM does not do what it is asked for. */
  TPM(13),
  /** Somebody answers at the server's address without a certificate of a pinned CA. */
  TLS(14),
  /** Only the next boot can bring a secret. */
  REBOOT(15);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
