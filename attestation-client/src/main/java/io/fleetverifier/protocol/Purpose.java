// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** What a device attests for. */
public enum Purpose {
  /** Before a volume is made, and to register its pin: gives out pending secrets only. */
  PROVISION("provision"),
  /** At boot: gives out active secrets, to the pinned volume only. */
  UNLOCK("unlock"),
  /** From the running system: gives out nothing. */
  REPORT("report");

  private final String wire;

  Purpose(String wire) {
    this.wire = wire;
  }

  /** The word on the wire. */
  @Override
  public String toString() {
    return wire;
  }
}
