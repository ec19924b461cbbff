// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

/**
 * Text of unknown origin made fit for terminals, log files and web pages: what is not a plain
 * printable character of ASCII, and what means something in HTML or ends a quotation, is written as
 * its number; and it is cut.
 */
public final class SafeText {

  private static final int LONGEST = 80;
  private static final String MEANINGFUL = "<>&\"'`";

  private SafeText() {}

  /** The text between backquotes. */
  static String quoted(String text) {
    return "`" + escaped(text) + "`";
  }

  /** The text, escaped and cut. */
  static String escaped(String text) {
    return escaped(text, LONGEST);
  }

  /**
   * The text, escaped and cut.
   *
   * @param longest characters, before the mark that it was cut
   */
  public static String escaped(String text, int longest) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      String next = escaped(text.charAt(i));
      if (safe.length() + next.length() > longest) {
        return safe.append("...").toString();
      }
      safe.append(next);
    }
    return safe.toString();
  }

  private static String escaped(char c) {
    boolean plain = c >= ' ' && c <= '~' && MEANINGFUL.indexOf(c) < 0;
    if (plain) {
      return String.valueOf(c);
    }
    return c <= 0xff ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c);
  }
}
