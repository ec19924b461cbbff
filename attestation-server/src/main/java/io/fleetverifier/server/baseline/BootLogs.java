// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the logs that versions are made from, and says what to look at. */
final class BootLogs {

  /** A log of nothing but oddities would be told at great length. */
  private static final int MOST_WARNINGS = 100;

  private BootLogs() {}

  /**
   * The SHA-256 bank of an uploaded log.
   *
   * @throws ProblemException invalid, when it cannot be read, is not of a TPM, or has no such bank
   */
  static Replay uploaded(Bytes octets) {
    EventLog log;
    try {
      log = EventLog.parse(octets);
    } catch (EventLogException unreadable) {
      throw refused(
          unreadable.code(), "The body is no boot event log: " + unreadable.getMessage() + ".");
    }
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

  private static ProblemException refused(String fault, String detail) {
    return new ProblemException(ProblemCode.INVALID, detail, Map.of("fault", fault));
  }

  /** The SHA-256 bank of a log that a device sent, which can be anything. */
  static Optional<Replay> sha256Bank(Bytes octets) {
    try {
      return Optional.of(EventLog.parse(octets))
          .filter(log -> log.isTpmLog() && log.banks().contains(LogHash.SHA256))
          .map(log -> log.replay(LogHash.SHA256));
    } catch (EventLogException unreadable) {
      return Optional.empty();
    }
  }

  /** What is wrong with the log where it concerns these PCRs, and what the version leaves open. */
  static List<VersionWarning> warnings(Replay replay, SecureBoot secureBoot, Set<Integer> pcrs) {
    Stream<LogFinding> findings =
        Stream.of(
                replay.log().findings(),
                LogCheck.of(replay),
                pcrs.contains(7) ? secureBoot.findings() : List.<LogFinding>of())
            .flatMap(List::stream)
            .filter(finding -> finding.pcr().isEmpty() || pcrs.contains(finding.pcr().getAsInt()));
    return Stream.concat(
            findings.map(finding -> new VersionWarning(finding.code().name(), finding.text())),
            lint(replay, pcrs).stream())
        .distinct()
        .limit(MOST_WARNINGS)
        .toList();
  }

  /** What the boot measured and the version leaves open, and command lines that permit a shell. */
  static List<VersionWarning> lint(Replay replay, Set<Integer> pcrs) {
    return BaselineLint.boot(replay, pcrs).stream()
        .map(VersionWarning::of)
        .distinct()
        .limit(MOST_WARNINGS)
        .toList();
  }
}
