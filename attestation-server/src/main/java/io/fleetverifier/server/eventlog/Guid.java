// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;

/**
 * A GUID as UEFI stores it: the first three groups little-endian. UEFI specification, "EFI_GUID".
 *
 * @param value 16 octets as stored
 */
public record Guid(Bytes value) {

  /** The number of octets. */
  public static final int SIZE = 16;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException for another size than 16
   */
  public Guid {
    if (value.size() != SIZE) {
      throw new IllegalArgumentException("a GUID of " + value.size() + " octets");
    }
  }

  /** From the printed form, such as {@code 8be4df61-93ca-11d2-aa0d-00e098032b8c}. */
  public static Guid parse(String text) {
    String[] groups = text.split("-", -1);
    if (groups.length != 5) {
      throw new IllegalArgumentException("not a GUID: " + text);
    }
    return new Guid(
        Bytes.concat(
            reversed(groups[0]),
            reversed(groups[1]),
            reversed(groups[2]),
            Bytes.fromHex(groups[3]),
            Bytes.fromHex(groups[4])));
  }

  private static Bytes reversed(String hex) {
    return reversed(Bytes.fromHex(hex));
  }

  private static Bytes reversed(Bytes octets) {
    byte[] out = new byte[octets.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) octets.at(out.length - 1 - i);
    }
    return Bytes.copyOf(out);
  }

  /** The printed form, in lower case. */
  @Override
  public String toString() {
    return String.join(
        "-",
        reversed(value.slice(0, 4)).toHex(),
        reversed(value.slice(4, 6)).toHex(),
        reversed(value.slice(6, 8)).toHex(),
        value.slice(8, 10).toHex(),
        value.slice(10).toHex());
  }
}
