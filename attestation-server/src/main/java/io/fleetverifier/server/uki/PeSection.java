// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Collection;

/**
 * A section of a PE image. Source: "PE Format", section table.
 *
 * @param virtualSize the octets it has in memory: what is measured
 * @param rawSize the octets it has in the file, usually rounded up
 */
record PeSection(String name, long virtualAddress, long virtualSize, long rawOffset, long rawSize) {

  private static final byte[] ZEROS = new byte[1 << 12];

  long rawEnd() {
    return rawOffset + rawSize;
  }

  /** Adds the octets that the section has in memory: those of the file, then zeros. */
  void addTo(Collection<MessageDigest> digests, FileWindow file) throws IOException {
    long inFile = Math.min(virtualSize, rawSize);
    file.addTo(digests, rawOffset, rawOffset + inFile);
    for (long left = virtualSize - inFile; left > 0; left -= ZEROS.length) {
      for (MessageDigest digest : digests) {
        digest.update(ZEROS, 0, (int) Math.min(ZEROS.length, left));
      }
    }
  }
}
