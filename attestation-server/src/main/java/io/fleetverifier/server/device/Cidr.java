// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.math.BigInteger;
import java.net.InetAddress;

/** Form of a network written as address and prefix length (RFC 4632, RFC 4291). */
final class Cidr {

  private Cidr() {}

  /** Whether the text is an address literal, a slash and a prefix length, no host bit set. */
  static boolean isValid(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return false;
    }
    try {
      byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
      int hostBits = address.length * 8 - Integer.parseInt(text.substring(slash + 1));
      BigInteger value = new BigInteger(1, address);
      return hostBits >= 0 && value.shiftRight(hostBits).shiftLeft(hostBits).equals(value);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
