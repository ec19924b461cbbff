// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import java.util.Locale;

/** How operators write the identifier of a maker of TPMs. */
public final class MakerName {

  private MakerName() {}

  /**
   * The one spelling: letters in upper case; an identifier that is no word as certificates are
   * shown to have it, {@code id:} and its digits.
   */
  public static String of(String written) {
    String upper = written.strip().toUpperCase(Locale.ROOT);
    return upper.startsWith("ID:") ? "id:" + upper.substring(3) : upper;
  }
}
