// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a boot event log says, by itself or against registers read on the same machine. */
final class EventLogReport {

  private final EventLog log;
  private final Report report = new Report();
  private final List<LogFinding> findings = new ArrayList<>();

  private EventLogReport(EventLog log) {
    this.log = log;
    this.findings.addAll(log.findings());
  }

  static Report of(Arguments arguments) throws IOException {
    Optional<String> pcrs = arguments.one("--pcrs");
    EventLog log;
    try {
      log = EventLog.parse(Inspect.read(arguments.file()));
    } catch (EventLogException refused) {
      throw new UndecodableException(refused.code(), String.valueOf(refused.getMessage()));
    }
    Map<Integer, SortedMap<Integer, Bytes>> registers =
        pcrs.isPresent() ? PcrFile.read(Path.of(pcrs.get())) : Map.of();
    return new EventLogReport(log).report(registers, pcrs.isPresent());
  }

  private Report report(Map<Integer, SortedMap<Integer, Bytes>> registers, boolean compared) {
    head();
    pcrs();
    Optional<LogHash> bank = log.preferredBank();
    bank.ifPresent(hash -> findings.addAll(LogCheck.of(log.replay(hash))));
    Optional<SecureBoot> secureBoot =
        compared ? compare(registers) : bank.map(hash -> SecureBoot.of(log, hash));
    secureBoot.ifPresent(state -> findings.addAll(state.findings()));
    report.put(
        "secureBoot",
        secureBoot
            .map(SecureBoot::state)
            .orElse(SecureBoot.State.UNDETERMINED)
            .name()
            .toLowerCase(Locale.ROOT));
    findings();
    return report;
  }

  private void head() {
    report.put("format", log.format().label());
    report.put("events", log.events().size());
    List<Object> banks = report.array("banks");
    log.banks().forEach(bank -> banks.add(bank.label()));
    report.put("startupLocality", orNull(log.startupLocality()));
  }

  private void pcrs() {
    Report pcrs = report.object("pcrs");
    for (LogHash bank : log.banks()) {
      Report values = pcrs.object(bank.label());
      log.replay(bank).values().forEach((pcr, value) -> values.put(pcr.toString(), value.toHex()));
    }
  }

  /** Compares each bank of the file; Secure Boot is told by the strongest that both sides have. */
  private Optional<SecureBoot> compare(Map<Integer, SortedMap<Integer, Bytes>> registers) {
    Report comparison = report.object("comparison");
    Optional<SecureBoot> secureBoot = Optional.empty();
    for (Map.Entry<Integer, SortedMap<Integer, Bytes>> quoted : registers.entrySet()) {
      Optional<LogHash> bank = bankOfSize(quoted.getKey());
      Report statuses =
          comparison.object(
              bank.map(LogHash::label).orElseGet(() -> PcrFile.labelOfSize(quoted.getKey())));
      if (bank.isEmpty() || !log.isTpmLog()) {
        quoted
            .getValue()
            .keySet()
            .forEach(pcr -> statuses.put(pcr.toString(), Status.NOT_EXPLAINED.label()));
        continue;
      }
      Replay replay = log.replay(bank.get());
      LogAgainstQuote held = LogAgainstQuote.of(replay, quoted.getValue());
      held.explanations()
          .forEach((pcr, found) -> statuses.put(pcr.toString(), found.status().label()));
      findings.addAll(held.findings());
      if (secureBoot.isEmpty() || bank.get() != LogHash.SHA1) {
        secureBoot = Optional.of(SecureBoot.of(held));
      }
    }
    return secureBoot;
  }

  private Optional<LogHash> bankOfSize(int size) {
    return log.banks().stream().filter(bank -> bank.size() == size).findFirst();
  }

  private void findings() {
    List<Object> array = report.array("findings");
    for (LogFinding finding : findings.stream().distinct().toList()) {
      array.add(
          new Report()
              .put("code", finding.code().name())
              .put("pcr", orNull(finding.pcr()))
              .put("event", orNull(finding.event()))
              .put("text", finding.text()));
    }
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
