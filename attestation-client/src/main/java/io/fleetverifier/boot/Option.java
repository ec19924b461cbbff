// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Options of commands; each has one value. */
enum Option {
  CONFIG,
  NAME,
  JOIN_TOKEN_FILE,
  OUT,
  HEADER_OUT,
  DEADLINE;

  /** As it is written. */
  String word() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Option> of(String word) {
    return Arrays.stream(values()).filter(option -> option.word().equals(word)).findFirst();
  }
}
