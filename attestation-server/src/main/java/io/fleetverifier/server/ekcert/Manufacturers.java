// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.security.auth.x500.X500Principal;

/**
 * Which maker of TPMs a CA belongs to, by the organisation in its name. CAs that serve several
 * makers, and those nobody here knows, name none. Source: TCG Vendor ID Registry.
 */
final class Manufacturers {

  private static final Map<String, String> BY_ORGANISATION =
      Map.ofEntries(
          Map.entry("infineon technologies", "IFX"),
          Map.entry("stmicroelectronics", "STM"),
          Map.entry("intel corporation", "INTC"),
          Map.entry("nuvoton technology", "NTC"),
          Map.entry("nationz technologies", "NTZ"),
          Map.entry("google llc", "GOOG"),
          Map.entry("advanced micro devices", "AMD"),
          Map.entry("atmel", "ATML"),
          Map.entry("broadcom", "BRCM"),
          Map.entry("qualcomm", "QCOM"),
          Map.entry("samsung", "SMSN"),
          Map.entry("vmware", "VMW"));

  private static final int SHORTEST_WORD = 3;

  private Manufacturers() {}

  /**
   * The maker that people call by this word: its identifier, or the beginning of its name, in upper
   * or lower case, such as {@code infineon}.
   */
  static Optional<String> ofWord(String word) {
    String lower = word.toLowerCase(Locale.ROOT).replaceAll("[-_]", " ");
    if (lower.length() < SHORTEST_WORD) {
      return Optional.empty();
    }
    SortedSet<String> makers = new TreeSet<>();
    BY_ORGANISATION.forEach((organisation, maker) -> {
      if (organisation.startsWith(lower) || maker.equalsIgnoreCase(lower)) {
        makers.add(maker);
      }
    });
    return makers.size() == 1 ? Optional.of(makers.first()) : Optional.empty();
  }

  /** The makers that the name tells, in the order of the alphabet; none where it tells none. */
  static SortedSet<String> of(X500Principal ca) {
    String name = ca.getName(X500Principal.RFC2253).toLowerCase(Locale.ROOT);
    SortedSet<String> makers = new TreeSet<>();
    BY_ORGANISATION.forEach((organisation, maker) -> {
      if (name.matches("(.*[,+])?o=" + organisation + ".*")) {
        makers.add(maker);
      }
    });
    return makers;
  }
}
