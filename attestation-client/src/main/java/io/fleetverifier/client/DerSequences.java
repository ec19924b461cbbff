// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Certificates as NV indexes hold them: each a DER SEQUENCE that tells its own length, and padding
 * behind the last one.
 */
final class DerSequences {

  private static final int SEQUENCE = 0x30;

  private DerSequences() {}

  /** The SEQUENCE at the start, cut at its own length; empty when there is no whole one. */
  static Optional<Bytes> first(Bytes data) {
    return lengthAtStart(data).map(length -> data.slice(0, length));
  }

  /** The whole SEQUENCEs one after the other, up to the first octet that starts none. */
  static List<Bytes> all(Bytes data) {
    List<Bytes> found = new ArrayList<>();
    Bytes rest = data;
    for (Optional<Bytes> next = first(rest); next.isPresent(); next = first(rest)) {
      found.add(next.get());
      rest = rest.slice(next.get().size());
    }
    return found;
  }

  /** Octets of the SEQUENCE, header included. X.690 section 8.1.3: definite lengths. */
  private static Optional<Integer> lengthAtStart(Bytes data) {
    if (data.size() < 2 || data.at(0) != SEQUENCE) {
      return Optional.empty();
    }
    int first = data.at(1);
    int more = first < 0x80 ? 0 : first & 0x7f;
    if (first == 0x80 || more > 3 || data.size() < 2 + more) {
      return Optional.empty();
    }
    int content = more == 0 ? first : 0;
    for (int i = 0; i < more; i++) {
      content = content << 8 | data.at(2 + i);
    }
    int whole = 2 + more + content;
    return whole <= data.size() ? Optional.of(whole) : Optional.empty();
  }
}
