// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a command line of which only the digest is known, when it is the expected one with one
 * usual word more or one word less. What is found is certain, for its digest is the measured one.
 * Some hundred digests at most.
 */
final class CommandLineSearch {

  private static final int MOST_WORDS = 64;

  /** What an image builder leaves at the end of the section. */
  private static final List<String> ENDINGS = List.of("", "\0", "\n", "\n\0", " ", " \0");

  /** Words that open a shell, start another program first, or take protection away. */
  private static final List<String> USUAL =
      List.of(
          "rd.break",
          "rd.shell",
          "rd.shell=1",
          "rd.emergency=halt",
          "rd.debug",
          "debug",
          "single",
          "1",
          "s",
          "emergency",
          "rescue",
          "systemd.debug-shell",
          "systemd.debug-shell=1",
          "systemd.unit=emergency.target",
          "systemd.unit=rescue.target",
          "init=/bin/sh",
          "init=/bin/bash",
          "rdinit=/bin/sh",
          "rdinit=/bin/bash",
          "break",
          "break=init",
          "break=mount",
          "break=premount",
          "break=bottom",
          "nokaslr",
          "nomodeset",
          "quiet",
          "selinux=0",
          "enforcing=0",
          "apparmor=0",
          "lockdown=none",
          "module.sig_enforce=0",
          "mitigations=off",
          "ima_appraise=off",
          "console=tty0",
          "console=ttyS0",
          "rw",
          "ro");

  private CommandLineSearch() {}

  /**
   * The command line with this digest.
   *
   * @param expected the expected text, without what is at its end
   * @param expectedDigest SHA-256 of the section that holds it
   */
  static Optional<String> find(String expected, Bytes expectedDigest, Bytes digest) {
    Optional<String> ending =
        ENDINGS.stream().filter(end -> isDigest(expected + end, expectedDigest)).findFirst();
    return ending.flatMap(end ->
        candidates(expected).stream().filter(other -> isDigest(other + end, digest)).findFirst());
  }

  private static boolean isDigest(String text, Bytes digest) {
    return Bytes.utf8(text).sha256().equals(digest);
  }

  private static List<String> candidates(String text) {
    List<String> candidates = new ArrayList<>();
    for (String word : USUAL) {
      candidates.add(text + " " + word);
      candidates.add(word + " " + text);
    }
    List<String> words = CommandLine.of(text).words();
    for (int i = 0; i < Math.min(MOST_WORDS, words.size()); i++) {
      List<String> fewer = new ArrayList<>(words);
      fewer.remove(i);
      candidates.add(String.join(" ", fewer));
    }
    return candidates;
  }
}
