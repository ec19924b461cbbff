// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;

/** Forms of words and values that many requests carry. */
public final class Names {

  /** Name of a group, a baseline or an aspect. */
  public static final String NAME = "[a-z0-9][a-z0-9._-]{0,62}";

  /** Free text of one line for people. */
  public static final String LINE = "\\P{Cntrl}*";

  /** SHA-256 in hexadecimal digits of either case. */
  public static final String HASH32 = "[0-9A-Fa-f]{64}";

  private Names() {}

  /** The 32 bytes that 64 hexadecimal digits stand for; empty for anything else. */
  public static Optional<Bytes> hash32(String hex) {
    return hex.matches(HASH32) ? Optional.of(Bytes.fromHex(hex)) : Optional.empty();
  }
}
