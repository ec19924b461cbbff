// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.BootPhase;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The arithmetic of PCR 11: for each section present, its name with a NUL, then its octets; after
 * that the words of the boot phases. Source: systemd-measure(1), systemd-pcrphase.service(8).
 */
public final class Pcr11 {

  private static final List<BootPhase> PHASES =
      List.of(BootPhase.ENTER_INITRD, BootPhase.LEAVE_INITRD, BootPhase.SYSINIT, BootPhase.READY);

  private Pcr11() {}

  /**
   * The value after the stub.
   *
   * @param order section names in the order in which the stub measures them
   * @param digests section name to the digest, in this bank, of the section's octets
   */
  static Bytes ofSections(HashAlg bank, List<String> order, Map<String, Bytes> digests) {
    Bytes value = Pcr.zero(bank);
    for (String name : order) {
      Bytes digest = digests.get(name);
      if (digest != null) {
        Bytes withNul = Bytes.concat(Bytes.utf8(name), Bytes.of(0));
        value = Pcr.extend(bank, value, bank.digest(withNul));
        value = Pcr.extend(bank, value, digest);
      }
    }
    return value;
  }

  /**
   * The values of all phase paths up to a started system. An initrd that marks no entry goes from
   * the image to {@code leave-initrd}.
   *
   * @param image the value before any phase
   */
  public static SortedMap<String, Bytes> phases(HashAlg bank, Bytes image) {
    SortedMap<String, Bytes> paths = new TreeMap<>();
    paths.put("", image);
    run(bank, image, PHASES, paths);
    run(bank, image, PHASES.subList(1, PHASES.size()), paths);
    return Collections.unmodifiableSortedMap(paths);
  }

  private static void run(
      HashAlg bank, Bytes image, List<BootPhase> words, SortedMap<String, Bytes> paths) {
    String path = "";
    Bytes value = image;
    for (BootPhase phase : words) {
      path = path.isEmpty() ? phase.word() : path + ":" + phase.word();
      value = Pcr.extend(bank, value, bank.digest(phase.content()));
      paths.put(path, value);
    }
  }
}
