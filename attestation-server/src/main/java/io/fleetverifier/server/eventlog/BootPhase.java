// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The words that systemd extends into PCR 11 while a system starts and stops, without a NUL, in
 * their order. Source: systemd-pcrphase.service(8).
 */
public enum BootPhase {
  ENTER_INITRD("enter-initrd"),
  LEAVE_INITRD("leave-initrd"),
  SYSINIT("sysinit"),
  READY("ready"),
  SHUTDOWN("shutdown"),
  FINAL("final");

  private final String word;

  BootPhase(String word) {
    this.word = word;
  }

  /** The word that is measured. */
  public String word() {
    return word;
  }

  /** What is measured: the word in ASCII. */
  public Bytes content() {
    return Bytes.utf8(word);
  }

  /**
   * Every run of phases that follow one another, wherever it begins: an initrd without systemd
   * skips the first word, a system without initrd the first two.
   */
  static List<List<BootPhase>> runs() {
    List<List<BootPhase>> runs = new ArrayList<>();
    List<BootPhase> all = List.of(values());
    for (int from = 0; from < all.size(); from++) {
      for (int to = from + 1; to <= all.size(); to++) {
        runs.add(all.subList(from, to));
      }
    }
    return runs;
  }
}
