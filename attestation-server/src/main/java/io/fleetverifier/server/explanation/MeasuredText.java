// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Span;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Octets read as the text that boot loaders measure: UTF-16LE of the Latin letters, or UTF-8. */
final class MeasuredText {

  private static final int LARGEST = 64 * 1024;

  private MeasuredText() {}

  /** The text without a NUL at its end; none where the octets are no text, or none that is kept. */
  static Optional<String> of(Span octets) {
    if (octets.isEmpty() || octets.size() > LARGEST) {
      return Optional.empty();
    }
    return of(octets.toBytes());
  }

  private static Optional<String> of(Bytes octets) {
    return isWide(octets) ? wide(octets) : narrow(octets);
  }

  private static boolean isWide(Bytes octets) {
    if (octets.size() % 2 != 0) {
      return false;
    }
    for (int i = 1; i < octets.size(); i += 2) {
      if (octets.at(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> wide(Bytes octets) {
    return meaningful(new String(octets.toArray(), StandardCharsets.UTF_16LE));
  }

  private static Optional<String> narrow(Bytes octets) {
    try {
      return meaningful(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toArray())).toString());
    } catch (CharacterCodingException noText) {
      return Optional.empty();
    }
  }

  private static Optional<String> meaningful(String text) {
    String kept = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
    return kept.isEmpty() || kept.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(kept);
  }
}
