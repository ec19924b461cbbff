// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** Kinds of logs that may accompany a quote. */
public enum LogType {
  /** The firmware's event log ({@code binary_bios_measurements}). */
  TCG_BOOT("tcg-boot"),
  /** The kernel's IMA list ({@code binary_runtime_measurements}). */
  IMA("ima"),
  /** systemd's userspace measurement log ({@code tpm2-measure.log}). */
  SYSTEMD_JSON("systemd-json");

  private final String wire;

  LogType(String wire) {
    this.wire = wire;
  }

  /** The word on the wire. */
  @Override
  public String toString() {
    return wire;
  }
}
