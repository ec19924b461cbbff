// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;

/**
 * A range of addresses, such as {@code 10.1.0.0/16} or {@code 2001:db8::/32}.
 *
 * @param address 4 octets for IPv4, 16 for IPv6
 * @param prefix leading bits that count
 */
public record Network(Bytes address, int prefix) {
  public Network {
    if (prefix < 0 || prefix > address.size() * 8) {
      throw new IllegalArgumentException("no prefix of such an address: " + prefix);
    }
  }

  /** True when the address is of the same family and shares the leading bits. */
  public boolean contains(Bytes other) {
    int free = address.size() * 8 - prefix;
    return address.size() == other.size() && leading(address, free).equals(leading(other, free));
  }

  private static BigInteger leading(Bytes address, int free) {
    return new BigInteger(1, address.toArray()).shiftRight(free);
  }
}
