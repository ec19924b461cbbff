// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rules over the events of a boot, as they are typed and shown. A PCR that is named may have no
 * event but those, and its separator.
 *
 * @param required PCR number to SHA-256 digests of events that must occur
 * @param allowed PCR number to SHA-256 digests of events that may occur
 */
public record VersionRules(
    @Nullable SortedMap<String, List<String>> required,
    @Nullable SortedMap<String, List<String>> allowed,
    @Nullable SecureBootDemand secureBoot) {

  /**
   * Secure Boot is on, and more.
   *
   * @param authorities SHA-256 digests of the certificates, or of the single images, that
   *     everything was checked against
   * @param forbidden SHA-256 digests that dbx holds at least
   */
  public record SecureBootDemand(
      @Nullable List<String> authorities, @Nullable List<String> forbidden) {}

  /** Absent where a version has no rules. */
  static @Nullable VersionRules of(EventRules rules) {
    if (rules.isEmpty()) {
      return null;
    }
    SortedMap<String, List<String>> required = new TreeMap<>(BY_NUMBER);
    SortedMap<String, List<String>> allowed = new TreeMap<>(BY_NUMBER);
    rules
        .registers()
        .forEach((pcr, rule) -> {
          put(required, pcr, rule.required());
          put(allowed, pcr, rule.allowed());
        });
    SecureBootRule secureBoot = rules.secureBoot();
    return new VersionRules(
        required.isEmpty() ? null : required,
        allowed.isEmpty() ? null : allowed,
        secureBoot == null
            ? null
            : new SecureBootDemand(hex(secureBoot.authorities()), hex(secureBoot.forbidden())));
  }

  private static final java.util.Comparator<String> BY_NUMBER =
      java.util.Comparator.comparingInt(Integer::parseInt);

  private static void put(SortedMap<String, List<String>> rules, int pcr, Collection<Bytes> some) {
    if (!some.isEmpty()) {
      rules.put(Integer.toString(pcr), hex(some));
    }
  }

  private static List<String> hex(Collection<Bytes> digests) {
    return digests.stream().map(Bytes::toHex).sorted().toList();
  }
}
