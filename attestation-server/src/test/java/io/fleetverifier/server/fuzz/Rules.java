// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;

/** What more than one target demands. */
final class Rules {

  private Rules() {}

  /** Whatever parses is written again as the same octets. */
  static void same(Bytes input, Bytes again) {
    if (!input.equals(again)) {
      throw new AssertionError("read " + input.toHex() + ", written again " + again.toHex());
    }
  }

  static void that(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError("not so: " + rule);
    }
  }

  /** A refusal has a sentence for people. */
  static void saysWhy(Exception declared) {
    that(declared.getMessage() != null, "a refusal says why");
  }
}
