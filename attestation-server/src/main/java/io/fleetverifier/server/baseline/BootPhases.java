// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The words that systemd extends into PCR 11 one after the other while a unified kernel image boots
 * (systemd-pcrphase.service(8)). A phase path is the words so far, joined by colons; the empty path
 * is the image alone. Distributions without {@code enter-initrd} begin with {@code leave-initrd}.
 */
public final class BootPhases {

  private static final List<String> WORDS =
      List.of("enter-initrd", "leave-initrd", "sysinit", "ready", "shutdown", "final");

  private static final String SEPARATOR = ":";

  /** Every phase path that a boot can pass through. */
  public static final List<String> PATHS = paths();

  private BootPhases() {}

  /** What PCR 11 holds in the given phase, and then in each phase that can follow. */
  static List<Bytes> reachable(String path, Bytes value) {
    List<Bytes> values = new ArrayList<>(List.of(value));
    if (path.isEmpty()) {
      addFollowing(values, value, 0);
      addFollowing(values, value, 1);
    } else {
      String last = path.substring(path.lastIndexOf(SEPARATOR) + 1);
      addFollowing(values, value, WORDS.indexOf(last) + 1);
    }
    return values;
  }

  private static void addFollowing(List<Bytes> values, Bytes start, int firstWord) {
    Bytes present = start;
    for (String word : WORDS.subList(firstWord, WORDS.size())) {
      present = Pcr.extend(HashAlg.SHA256, present, Bytes.utf8(word).sha256());
      values.add(present);
    }
  }

  private static List<String> paths() {
    List<String> paths = new ArrayList<>(List.of(""));
    for (int first = 0; first <= 1; first++) {
      int from = first;
      IntStream.rangeClosed(from + 1, WORDS.size())
          .mapToObj(end -> String.join(SEPARATOR, WORDS.subList(from, end)))
          .forEach(paths::add);
    }
    return List.copyOf(paths);
  }
}
