// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A range of addresses, such as {@code 10.1.0.0/16} or {@code 2001:db8::/32}.
 *
 * @param prefix leading bits that count
 */
public record Network(InetAddress address, int prefix) {
  public Network {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException("no prefix of such an address: " + prefix);
    }
  }

  /** True when the address is of the same family and shares the leading bits. */
  public boolean contains(InetAddress other) {
    byte[] own = address.getAddress();
    byte[] theirs = other.getAddress();
    int free = own.length * 8 - prefix;
    return own.length == theirs.length
        && new BigInteger(1, own)
            .shiftRight(free)
            .equals(new BigInteger(1, theirs).shiftRight(free));
  }
}
