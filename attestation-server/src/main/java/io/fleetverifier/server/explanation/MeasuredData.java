// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Span;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Which part of an event's data was measured, whatever the type of the event says. The type is
 * covered by no digest, and neither is what boot loaders write before a text; so every form that is
 * in use is tried, and relabelling an event changes nothing of what is found.
 */
final class MeasuredData {

  /** The longest prefix that is tried: what GRUB writes before a text is at most 16 octets. */
  private static final int LONGEST_PREFIX = 24;

  private static final int LARGEST_WITH_PREFIX = 8 * 1024;

  private MeasuredData() {}

  /** The measured part; none where the digest is of something else. */
  static Optional<Span> of(Event event, LogHash bank) {
    Span data = event.data();
    Bytes digest = event.digest(bank).orElse(Bytes.EMPTY);
    if (isDigest(bank, data, digest)) {
      return Optional.of(data);
    }
    int prefixes = data.size() > LARGEST_WITH_PREFIX ? 0 : Math.min(LONGEST_PREFIX, data.size());
    for (int from = 0; from <= prefixes; from++) {
      Optional<Span> found = from(data.slice(from), digest, bank);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Span> from(Span data, Bytes digest, LogHash bank) {
    if (data.isEmpty()) {
      return Optional.empty();
    }
    if (isDigest(bank, data, digest)) {
      return Optional.of(data);
    }
    Span shorter = data.slice(0, data.size() - 1);
    return !shorter.isEmpty() && isDigest(bank, shorter, digest)
        ? Optional.of(shorter)
        : Optional.empty();
  }

  static boolean isDigest(LogHash bank, Span content, Bytes digest) {
    MessageDigest computation = bank.newDigest();
    content.addTo(computation);
    return Bytes.copyOf(computation.digest()).equals(digest);
  }
}
