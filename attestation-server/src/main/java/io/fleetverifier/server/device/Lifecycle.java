// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.util.Locale;

/** Where a device stands. */
public enum Lifecycle {
  ACTIVE,
  /** Gets nothing until somebody reinstates it. */
  REVOKED,
  /** The tombstone: gets nothing ever again, and its keys never enrol again. */
  RETIRED;

  /** The word in rows and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The life cycle of this word. */
  public static Lifecycle ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
