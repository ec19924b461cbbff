// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;

/**
 * The outline of DER (X.690 section 10.1): every length definite and as short as it can be. What
 * else real certificates get wrong, the order of sets or spelled-out defaults, is not asked here.
 */
final class DerStructure {

  static final int SEQUENCE = 0x30;

  private static final int CONSTRUCTED = 0x20;
  private static final int DEEPEST = 32;

  private final Bytes octets;

  DerStructure(Bytes octets) {
    this.octets = octets;
  }

  /**
   * Walks through the element that begins at an offset.
   *
   * @return the offset behind it
   * @throws EkCertificateException when it is not DER or ends beyond {@code limit}
   */
  int end(int at, int limit) {
    return end(at, limit, 0);
  }

  /** The offset of the content of the element that begins there. */
  int content(int at) {
    int first = octet(at + 1, octets.size());
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private int end(int at, int limit, int depth) {
    if (depth > DEEPEST) {
      throw notDer("nested too deeply");
    }
    int tag = octet(at, limit);
    if ((tag & 0x1f) == 0x1f) {
      throw notDer("a tag of more than one octet");
    }
    int content = at + 2;
    int length = octet(at + 1, limit);
    if (length >= 0x80) {
      int size = length & 0x7f;
      length = longLength(content, size, limit);
      content += size;
    }
    if (length > limit - content) {
      throw notDer("an element is longer than what is there");
    }
    int end = content + length;
    if ((tag & CONSTRUCTED) != 0) {
      int inner = content;
      while (inner < end) {
        inner = end(inner, end, depth + 1);
      }
    }
    return end;
  }

  private int longLength(int at, int size, int limit) {
    if (size < 1 || size > 3) {
      throw notDer("an indefinite or oversized length");
    }
    int length = 0;
    for (int i = 0; i < size; i++) {
      length = length << 8 | octet(at + i, limit);
    }
    if (length < 0x80 || (length >>> (8 * (size - 1))) == 0) {
      throw notDer("a length that is not as short as it can be");
    }
    return length;
  }

  private int octet(int at, int limit) {
    if (at >= limit) {
      throw notDer("an element ends early");
    }
    return octets.at(at);
  }

  private static EkCertificateException notDer(String message) {
    return new EkCertificateException(EkRefusal.NOT_A_CERTIFICATE, message);
  }
}
