// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;

/**
 * What ends a stage of measuring, recognised by its digest and by nothing else. Source: PFP,
 * "EV_SEPARATOR"; the last two were seen on real machines.
 */
public enum Separator {
  /** The usual form. */
  ZEROS("00000000"),
  /** The other normal form. */
  ONES("ffffffff"),
  /** An error ended the measurements. */
  ERROR("01000000"),
  /** The boot loader of Windows, in PCR 12 to 14. */
  WBCL("5742434c"),
  /** Firmware of the time of TPM 1.2. */
  SINGLE_OCTET("ff");

  private final String hex;

  Separator(String hex) {
    this.hex = hex;
  }

  /** Whether it ends a stage as it should. */
  public boolean isNormal() {
    return this == ZEROS || this == ONES;
  }

  /** What is measured. */
  public Bytes content() {
    return Bytes.fromHex(hex);
  }
}
