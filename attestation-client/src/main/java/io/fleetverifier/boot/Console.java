// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One line a state, such as a technician can read over the phone. Never a key. */
final class Console {
  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry(
              "PCR_MISMATCH",
              "firmware, boot loader or image are not those approved; ask security"),
          Map.entry("NO_BASELINE", "no golden values for this group yet; ask security"),
          Map.entry("NO_ACCEPTED_VERSION", "no golden values count at present; ask security"),
          Map.entry("VERSION_REVOKED", "this image was withdrawn; install the present one"),
          Map.entry(
              "VERSION_NOT_ACCEPTED", "this image is not approved for this group; ask security"),
          Map.entry(
              "WRONG_PHASE",
              "the disk was opened, or the phase closed, in this boot already; reboot"),
          Map.entry("TPM_CLEARED", "the TPM was cleared; an operator has to accept that"),
          Map.entry("VOLUME_PIN_MISMATCH", "this is not the disk that was provisioned"),
          Map.entry("NOT_PROVISIONED", "no secret for this volume yet; provision and confirm it"),
          Map.entry("ALREADY_PROVISIONED", "this volume has a secret; an operator can renew it"),
          Map.entry("RELEASES_OFF", "operators stopped all releases; wait"),
          Map.entry("REBOOT_REQUIRED", "too many tries in one boot; reboot"),
          Map.entry("SILENT_TOO_LONG", "not heard of for too long; an operator has to let it in"),
          Map.entry("SOURCE_NETWORK", "not in a network of its group"),
          Map.entry("not-enrolled", "an operator has to admit this device; show the EK code"),
          Map.entry(
              "unverifiable", "the server does not recognise this TPM's signature; enrol again"));

  private final PrintStream err;
  private final String device;

  Console(PrintStream err, String device) {
    this.err = err;
    this.device = device;
  }

  void say(String sentence) {
    err.println("fleet-verifier: " + device + ": " + sentence);
  }

  /** What the server found, and what helps. */
  void refused(List<String> codes) {
    say("refused: " + String.join(" ", codes) + advice(codes));
  }

  void waiting(String why, Duration pause) {
    say(why + "; next try in " + Math.max(1, pause.toSeconds()) + " s");
  }

  static String advice(List<String> codes) {
    return codes.stream()
        .filter(ADVICE::containsKey)
        .findFirst()
        .map(code -> " (" + ADVICE.get(code) + ")")
        .orElse("");
  }
}
