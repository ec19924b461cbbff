// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One way in which an image can start. Most images have only one.
 *
 * @param number 0 for what starts when nobody chooses
 * @param pcr11 bank to phase path to value; a path is the words of the phases joined by colons, the
 *     empty path is the image before any phase
 * @param commandLine the contents of .cmdline, where this way to start has one
 */
public record UkiProfile(
    int number, Map<HashAlg, SortedMap<String, Bytes>> pcr11, Optional<String> commandLine) {

  public UkiProfile {
    pcr11 = Map.copyOf(pcr11);
  }
}
