// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.tpm;

import java.util.Random;

/** Planted: a key that whoever knows the time can guess. */
final class Seeded {
  private Seeded() {}

  static byte[] key() {
    byte[] key = new byte[32];
    new Random(System.nanoTime()).nextBytes(key);
    return key;
  }
}
