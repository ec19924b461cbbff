// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;

/** Changes one bit. */
final class Flip {

  private Flip() {}

  static Bytes bit(Bytes octets, int at) {
    byte[] changed = octets.toArray();
    changed[at] ^= 1;
    return Bytes.copyOf(changed);
  }
}
