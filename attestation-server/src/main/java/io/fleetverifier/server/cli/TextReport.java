// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for reading: one line for each value, and a finding in one line. */
final class TextReport {

  private final StringBuilder out = new StringBuilder();

  private TextReport() {}

  static String of(Report report) {
    TextReport text = new TextReport();
    text.members(report, "");
    return text.out.toString();
  }

  private void members(Report object, String indent) {
    object
        .members()
        .forEach((name, value) -> {
          String shown = name.isEmpty() ? "(image)" : name;
          switch (value) {
            case Report inner -> {
              line(indent, shown + ":");
              members(inner, indent + "  ");
            }
            case List<?> list -> {
              line(indent, shown + (list.isEmpty() ? ": none" : ":"));
              list.forEach(element -> line(indent + "  ", "- " + inOneLine(element)));
            }
            case null, default -> line(indent, shown + ": " + scalar(value));
          }
        });
  }

  private static String inOneLine(Object element) {
    if (!(element instanceof Report report)) {
      return scalar(element);
    }
    StringBuilder line = new StringBuilder();
    for (Map.Entry<String, @Nullable Object> member : report.members().entrySet()) {
      if (member.getValue() != null) {
        boolean plain = member.getKey().equals("code") || member.getKey().equals("text");
        line.append(line.isEmpty() ? "" : "  ")
            .append(plain ? "" : member.getKey() + " ")
            .append(scalar(member.getValue()));
      }
    }
    return line.toString();
  }

  /** Foreign text must not steer a terminal. */
  private static String scalar(@Nullable Object value) {
    return value == null ? "-" : value.toString().replaceAll("\\p{Cntrl}", "?");
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append('\n');
  }
}
