// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;

/** Numbers as octets of a given count, big-endian, padded with zeros on the left. */
final class FixedWidth {

  private FixedWidth() {}

  /**
   * The value in exactly {@code size} octets.
   *
   * @throws IllegalArgumentException when the number is negative or does not fit
   */
  static Bytes of(BigInteger value, int size) {
    if (value.signum() < 0 || value.bitLength() > 8 * size) {
      throw new IllegalArgumentException("does not fit " + size + " octets");
    }
    byte[] minimal = value.toByteArray();
    byte[] out = new byte[size];
    int kept = Math.min(minimal.length, size);
    System.arraycopy(minimal, minimal.length - kept, out, size - kept, kept);
    return Bytes.copyOf(out);
  }

  /**
   * The value in exactly {@code size} octets.
   *
   * @throws IllegalArgumentException when the octets are more than {@code size}
   */
  static Bytes padLeft(Bytes value, int size) {
    if (value.size() > size) {
      throw new IllegalArgumentException("does not fit " + size + " octets");
    }
    return Bytes.concat(Bytes.zeros(size - value.size()), value);
  }
}
