// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** The outcome of an attestation as a device sees it. */
public enum DeviceVerdict {
  TRUSTED("trusted"),
  UNTRUSTED("untrusted");

  private final String wire;

  DeviceVerdict(String wire) {
    this.wire = wire;
  }

  /** The word on the wire. */
  @Override
  public String toString() {
    return wire;
  }
}
