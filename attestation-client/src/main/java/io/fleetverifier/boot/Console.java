// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One line per state, which a technician can read over the phone: device name, short request id,
 * code, what it means, what to do. What comes from the network is made harmless for a terminal.
 */
final class Console {

  private static final int LONGEST_LINE = 600;
  private static final int SHORT_ID = 8;
  private static final String NO_REQUEST = "-";

  private final PrintStream err;
  private final String device;
  private final Supplier<Optional<String>> requestId;

  /**
   * A console.
   *
   * @param requestId that of the last request
   */
  Console(PrintStream err, String device, Supplier<Optional<String>> requestId) {
    this.err = err;
    this.device = device;
    this.requestId = requestId;
  }

  /** Says that something was done. */
  void done(String code, String sentence) {
    line(code + ": " + sentence + ".");
  }

  /** Says that the program tries again. */
  void waiting(Finding finding, Duration pause) {
    line(text(finding) + " Next try in " + Math.max(1, pause.toSeconds()) + " s.");
  }

  /** Says that the program ends. */
  void ended(Finding finding) {
    line(text(finding) + " Given up.");
  }

  /** Says that the machine has to restart. */
  void rebooting(Finding finding, Duration wait) {
    line(text(finding) + " Restart in " + wait.toSeconds() + " s.");
  }

  private static String text(Finding finding) {
    return finding.code() + ": " + finding.sentence() + ". To do: " + Advice.on(finding) + ".";
  }

  private void line(String text) {
    String id =
        requestId
            .get()
            .map(whole -> whole.substring(0, Math.min(SHORT_ID, whole.length())))
            .orElse(NO_REQUEST);
    err.println(harmless("fleet-verifier: " + device + " " + id + " " + text));
    err.flush();
  }

  /** Printable ASCII, of bounded length. */
  static String harmless(String text) {
    String cut = text.length() <= LONGEST_LINE ? text : text.substring(0, LONGEST_LINE) + "...";
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
