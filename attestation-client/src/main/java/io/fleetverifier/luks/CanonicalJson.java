// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import io.fleetverifier.luks.LuksException.Problem;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Canonical JSON (RFC 8785) of what a LUKS2 header holds: objects, lists, texts and whole numbers.
 * Anything else is refused: for fractions the canonical form is a long story that no volume needs.
 */
final class CanonicalJson {
  /** The greatest whole number that RFC 8785 writes exactly: 2^53 - 1. */
  private static final long GREATEST = (1L << 53) - 1;

  private final StringBuilder out = new StringBuilder();

  private CanonicalJson() {}

  /**
   * The canonical text of the value.
   *
   * @throws LuksException {@link Problem#METADATA_MALFORMED} for a value of another kind
   */
  static String of(JsonNode value) throws LuksException {
    CanonicalJson writer = new CanonicalJson();
    writer.value(value);
    return writer.out.toString();
  }

  private void value(JsonNode value) throws LuksException {
    if (value.isObject()) {
      object(value);
    } else if (value.isArray()) {
      array(value);
    } else if (value.isString()) {
      text(value.stringValue());
    } else {
      number(value);
    }
  }

  /** Members in the order of their names' UTF-16 code units, as {@link String} compares them. */
  private void object(JsonNode object) throws LuksException {
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
    String separator = "{";
    for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
      out.append(separator);
      text(member.getKey());
      out.append(':');
      value(member.getValue());
      separator = ",";
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private void array(JsonNode array) throws LuksException {
    String separator = "[";
    for (JsonNode element : array) {
      out.append(separator);
      value(element);
      separator = ",";
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  private void number(JsonNode number) throws LuksException {
    if (!number.isIntegralNumber()
        || !number.canConvertToLong()
        || number.longValue() > GREATEST
        || number.longValue() < -GREATEST) {
      throw new LuksException(
          Problem.METADATA_MALFORMED,
          "the header's metadata holds a value that is no text, list, object or whole number");
    }
    out.append(number.longValue());
  }

  private void text(String text) throws LuksException {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        throw new LuksException(
            Problem.METADATA_MALFORMED, "the header's metadata holds half a character");
      } else {
        character(c);
      }
    }
    out.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
