// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the boot log that came with an evidence explained of the quoted values.
 *
 * @param log {@code read}, {@code absent}, {@code not-a-tpm-log}, {@code other-banks} or why it is
 *     unreadable, such as {@code log-truncated}
 * @param pcrs PCR number to {@code replayed}, {@code extended after the log}, {@code capped} or
 *     {@code not explained}; empty without a log
 * @param secureBoot {@code enabled}, {@code disabled} or {@code undetermined}
 * @param findings codes of what is worth telling about the log, each once
 */
public record BootSummary(
    String log, SortedMap<Integer, String> pcrs, String secureBoot, List<String> findings) {

  public static BootSummary of(MeasuredBoot boot) {
    SortedMap<Integer, String> pcrs = new TreeMap<>();
    boot.comparison()
        .ifPresent(comparison ->
            comparison.explanations().keySet().forEach(pcr -> pcrs.put(pcr, word(boot, pcr))));
    return new BootSummary(
        boot.log().word(),
        pcrs,
        boot.secureBoot().state().name().toLowerCase(Locale.ROOT),
        boot.comparison().map(BootSummary::findings).orElse(List.of()));
  }

  private static String word(MeasuredBoot boot, int pcr) {
    return boot.isCapped(pcr) ? "capped" : boot.status(pcr).label();
  }

  private static List<String> findings(LogAgainstQuote comparison) {
    return Stream.of(
            comparison.replay().log().findings(),
            LogCheck.of(comparison.replay()),
            comparison.findings())
        .flatMap(List::stream)
        .map(LogFinding::code)
        .distinct()
        .map(Enum::name)
        .toList();
  }
}
