// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) with its members in the order in which they were put. It stands in for a
 * library's tree because a program that answers at once has no time to load one.
 */
final class Report {

  private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

  /** Puts a string, a number, a boolean, or null. */
  Report put(String name, @Nullable Object value) {
    members.put(name, value);
    return this;
  }

  /** Puts an object and gives it. */
  Report object(String name) {
    Report object = new Report();
    members.put(name, object);
    return object;
  }

  /** Puts an array and gives it; its elements are strings or objects. */
  List<Object> array(String name) {
    List<Object> array = new ArrayList<>();
    members.put(name, array);
    return array;
  }

  Map<String, @Nullable Object> members() {
    return Collections.unmodifiableMap(members);
  }

  /** The object as JSON text without white space. */
  String toJson() {
    StringBuilder out = new StringBuilder();
    write(this, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case Report report -> writeObject(report, out);
      case List<?> list -> writeArray(list, out);
      case String text -> writeString(text, out);
      case null -> out.append("null");
      default -> out.append(value);
    }
  }

  private static void writeObject(Report report, StringBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<String, @Nullable Object> member : report.members.entrySet()) {
      out.append(separator);
      writeString(member.getKey(), out);
      out.append(':');
      write(member.getValue(), out);
      separator = ",";
    }
    out.append('}');
  }

  private static void writeArray(List<?> list, StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Object element : list) {
      out.append(separator);
      write(element, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void writeString(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
