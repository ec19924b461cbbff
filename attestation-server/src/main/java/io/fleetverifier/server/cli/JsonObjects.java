// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON into maps, lists and strings, with the parser alone: it loads in no time. */
final class JsonObjects {

  private static final int DEEPEST = 32;

  private JsonObjects() {}

  /**
   * Reads one object; numbers and booleans become their text, null is left out.
   *
   * @throws JacksonException for anything else
   * @throws IllegalArgumentException for something nested too deeply, or given twice
   */
  static Map<?, ?> read(Bytes content) {
    try (JsonParser parser =
        new JsonFactory().createParser(ObjectReadContext.empty(), content.toArray())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      Map<String, Object> object = object(parser, 0);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("something follows the JSON object");
      }
      return object;
    }
  }

  private static Map<String, Object> object(JsonParser parser, int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Object value = value(parser, depth);
      if (value != null && members.put(name, value) != null) {
        throw new IllegalArgumentException("given twice: " + name);
      }
    }
    return members;
  }

  private static List<Object> array(JsonParser parser, int depth) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(parser, depth);
      if (value != null) {
        elements.add(value);
      }
    }
    return elements;
  }

  private static @Nullable Object value(JsonParser parser, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("nested too deeply");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, depth + 1);
      case START_ARRAY -> array(parser, depth + 1);
      case VALUE_NULL -> null;
      case null -> throw new IllegalArgumentException("the JSON ends early");
      default -> parser.getString();
    };
  }
}
