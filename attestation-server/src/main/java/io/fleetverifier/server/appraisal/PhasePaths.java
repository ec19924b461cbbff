// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a boot has come, as PCR 11 tells it. User space extends a word for each phase; a path is
 * the words so far, joined by colons. The empty path is the image as the stub measured it.
 *
 * <p>systemd-pcrphase(8); the word is hashed without a terminator and the digest extended.
 */
public final class PhasePaths {
  /** The image as measured, before any phase. */
  public static final String IMAGE = "";

  /** In the initrd, where disks are unlocked. */
  public static final String INITRD = "enter-initrd";

  private static final HashAlg BANK = HashAlg.SHA256;
  private static final Bytes ZERO = Pcr.zero(BANK);

  private PhasePaths() {}

  /** True for paths at which a disk may be unlocked. */
  public static boolean unlocks(String path) {
    return path.equals(IMAGE) || path.equals(INITRD);
  }

  /**
   * True for a path that this product knows: what can be reached from the image by the usual words.
   */
  public static boolean isKnown(String path) {
    return withLater(Map.of(IMAGE, ZERO)).containsKey(path);
  }

  /**
   * True where nothing but the beginning of the initrd phase was ever measured into PCR 11: no
   * unified kernel image.
   */
  static boolean isUntouched(Bytes pcr11) {
    return pcr11.equals(ZERO) || pcr11.equals(extend(ZERO, INITRD));
  }

  /** The values given and those of all later phases that follow from them. */
  static Map<String, Bytes> withLater(Map<String, Bytes> given) {
    Map<String, Bytes> all = new TreeMap<>(given);
    Deque<String> open = new ArrayDeque<>(all.keySet());
    while (!open.isEmpty()) {
      String path = open.remove();
      Bytes value = all.get(path);
      for (String word : wordsAfter(path)) {
        String later = path.isEmpty() ? word : path + ":" + word;
        if (value != null && all.putIfAbsent(later, extend(value, word)) == null) {
          open.add(later);
        }
      }
    }
    return all;
  }

  /**
   * {@code leave-initrd} may follow the image directly: the device program closes so where nothing
   * else marks phases.
   */
  private static List<String> wordsAfter(String path) {
    return switch (path.substring(path.lastIndexOf(':') + 1)) {
      case IMAGE -> List.of(INITRD, "leave-initrd");
      case INITRD -> List.of("leave-initrd");
      case "leave-initrd" -> List.of("sysinit");
      case "sysinit" -> List.of("ready");
      default -> List.of();
    };
  }

  private static Bytes extend(Bytes value, String word) {
    return Pcr.extend(BANK, value, BANK.digest(Bytes.utf8(word)));
  }
}
