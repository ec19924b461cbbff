// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.eventlog.BaselineLint;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Versions from the boot event log of a machine that somebody trusts. */
@Component
public final class LogDrafts {

  private final Baselines baselines;
  private final Drafts drafts;

  LogDrafts(Baselines baselines, Drafts drafts) {
    this.baselines = baselines;
    this.drafts = drafts;
  }

  /**
   * Drafts a version from a log. No TPM vouches for it: who uploads it does.
   *
   * @param log as Linux shows it in binary_bios_measurements
   * @throws ProblemException not-found, or invalid when the log cannot be read, is not of a TPM,
   *     holds no SHA-256 digests, or leads to no value for a PCR that is asked for
   */
  public BaselineVersion draft(String actor, String baseline, LogQuery query, Bytes log) {
    SortedSet<Integer> pcrs = pcrs(baselines.row(baseline).aspect(), query);
    Replay replay = replay(log);
    List<ReferenceValue> values = values(replay, pcrs);
    SecureBoot secureBoot = SecureBoot.of(replay);
    Draft draft =
        new Draft(
            query.label(),
            Origin.EVENT_LOG,
            values,
            Map.of("log", log.sha256().toHex()),
            warnings(replay, secureBoot, pcrs));
    return drafts.store(actor, baseline, draft).withLog(LogReview.of(replay, secureBoot, pcrs));
  }

  private static SortedSet<Integer> pcrs(String aspect, LogQuery query) {
    List<Integer> pcrs = query.pcrs() == null ? ofAspect(aspect) : query.pcrs();
    Violations violations = new Violations();
    if (pcrs.isEmpty()) {
      violations.addOfParameter(
          "pcrs", "must be given: aspect " + aspect + " does not say which PCRs are meant");
    }
    pcrs.stream()
        .filter(pcr -> !Protocol.QUOTED_PCRS.contains(pcr))
        .forEach(pcr -> violations.addOfParameter("pcrs", TypedValues.whyNot(pcr)));
    if (pcrs.stream().distinct().count() < pcrs.size()) {
      violations.addOfParameter("pcrs", "names one PCR twice");
    }
    violations.refuse();
    return new TreeSet<>(pcrs);
  }

  private static List<Integer> ofAspect(String aspect) {
    return switch (aspect) {
      case "firmware" -> List.of(0, 2);
      case "secure-boot" -> List.of(7);
      case "boot-chain" -> List.of(4);
      case "image" -> List.of(11);
      default -> List.of();
    };
  }

  /** The SHA-256 bank of the log. */
  private static Replay replay(Bytes octets) {
    EventLog log = parse(octets);
    if (!log.isTpmLog()) {
      throw refused(
          "NOT_A_TPM_LOG",
          "The log is of a confidential virtual machine: its registers are no PCRs.");
    }
    if (!log.banks().contains(LogHash.SHA256)) {
      throw refused(
          "LOG_WITHOUT_SHA256",
          "The log holds no SHA-256 digests. Switch the TPM's SHA-256 bank on and boot again.");
    }
    return log.replay(LogHash.SHA256);
  }

  private static EventLog parse(Bytes octets) {
    try {
      return EventLog.parse(octets);
    } catch (EventLogException unreadable) {
      throw refused(
          unreadable.code(), "The body is no boot event log: " + unreadable.getMessage() + ".");
    }
  }

  private static ProblemException refused(String fault, String detail) {
    return new ProblemException(ProblemCode.INVALID, detail, Map.of("fault", fault));
  }

  private static List<ReferenceValue> values(Replay replay, SortedSet<Integer> pcrs) {
    Violations violations = new Violations();
    List<ReferenceValue> values = new ArrayList<>();
    for (int pcr : pcrs) {
      if (replay.events(pcr).isEmpty()) {
        violations.addOfParameter("pcrs", "the log measures nothing into PCR " + pcr);
      } else if (!replay.isComplete(pcr)) {
        violations.addOfParameter(
            "pcrs", "events of PCR " + pcr + " lack their SHA-256 digests: it has no value");
      } else {
        values.add(new ReferenceValue(pcr, "", replay.value(pcr).orElseThrow()));
      }
    }
    violations.refuse();
    return List.copyOf(values);
  }

  /** What is wrong with the log, where it concerns the version, and what it leaves open. */
  private static List<VersionWarning> warnings(
      Replay replay, SecureBoot secureBoot, SortedSet<Integer> pcrs) {
    Stream<LogFinding> findings =
        Stream.of(
                replay.log().findings().stream(),
                LogCheck.of(replay).stream(),
                pcrs.contains(7) ? secureBoot.findings().stream() : Stream.<LogFinding>empty())
            .flatMap(all -> all)
            .filter(finding -> finding.pcr().isEmpty() || pcrs.contains(finding.pcr().getAsInt()));
    return Stream.concat(
            findings.map(finding -> new VersionWarning(finding.code().name(), finding.text())),
            BaselineLint.boot(replay, pcrs).stream().map(VersionWarning::of))
        .distinct()
        .limit(MOST_WARNINGS)
        .toList();
  }

  /** A log of nothing but oddities would be told at great length. */
  private static final int MOST_WARNINGS = 100;
}
