// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import javax.security.auth.x500.X500Principal;

/**
 * Text out of a certificate, which anybody may have written, made fit to be stored and shown: what
 * cannot be printed is a question mark, and it is cut. Letters of all scripts stay.
 */
public final class PrintableText {

  private static final int LONGEST = 1000;
  private static final int LONGEST_NAME = 200;
  private static final String CUT = "...";

  private PrintableText() {}

  /** The text without control characters and lone surrogates, of at most 1000 characters. */
  public static String of(String text) {
    return of(text, LONGEST);
  }

  /** A name that stands in a text, so cut that the rest of the text has room. */
  static String name(X500Principal name) {
    return of(name.toString(), LONGEST_NAME);
  }

  private static String of(String text, int longest) {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      if (printable.length() >= longest - CUT.length() && text.length() > longest) {
        return printable.append(CUT).toString();
      }
      int letter = text.codePointAt(i);
      printable.appendCodePoint(isPrintable(letter) ? letter : '?');
    }
    return printable.toString();
  }

  private static boolean isPrintable(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
