// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import java.security.SecureRandom;

/** The same octets for the same seed, on every Java: SHA-256 over the seed and a counter. */
public final class SeededRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private final String seed;
  private long blocks;

  public SeededRandom(String seed) {
    this.seed = seed;
  }

  @Override
  public void nextBytes(byte[] target) {
    for (int at = 0; at < target.length; at += 32) {
      byte[] block =
          Bytes.concat(Bytes.utf8(seed), Bytes.of(0), Bytes.u64(blocks++)).sha256().toArray();
      System.arraycopy(block, 0, target, at, Math.min(block.length, target.length - at));
    }
  }
}
