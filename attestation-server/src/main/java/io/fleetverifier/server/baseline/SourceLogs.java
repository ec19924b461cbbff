// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.eventlog.BaselineLint;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the logs that versions are made from, and says what to look at. */
final class SourceLogs {

  /** A log of nothing but oddities would be told at great length. */
  private static final int MOST_WARNINGS = 100;

  private SourceLogs() {}

  /**
   * The SHA-256 bank of an uploaded log.
   *
   * @throws ProblemException invalid, when it cannot be read, is not of a TPM, or has no such bank
   */
  static Replay uploaded(Bytes octets) {
    return switch (BootLog.of(octets)) {
      case BootLog.Read(var replay) -> replay;
      case BootLog.Unreadable(var code, var text) ->
          throw refused(code, "The body is no boot event log: " + text + ".");
      case BootLog.NotOfATpm ignored ->
          throw refused(
              "NOT_A_TPM_LOG",
              "The log is of a confidential virtual machine: its registers are no PCRs.");
      case BootLog.OfOtherBanks ignored ->
          throw refused(
              "LOG_WITHOUT_SHA256",
              "The log holds no SHA-256 digests. Switch the TPM's SHA-256 bank on and boot again.");
      case BootLog.Absent ignored -> throw new IllegalStateException("octets are there");
    };
  }

  private static ProblemException refused(String fault, String detail) {
    return new ProblemException(ProblemCode.INVALID, detail, Map.of("fault", fault));
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
            bounded(BaselineLint.boot(replay, pcrs)).stream())
        .distinct()
        .limit(MOST_WARNINGS)
        .toList();
  }

  /**
   * What a device's boot measured and the version leaves open, and command lines that permit a
   * shell, as far as the quoted values prove it.
   */
  static List<VersionWarning> lint(LogAgainstQuote boot, Set<Integer> pcrs) {
    return bounded(BaselineLint.boot(boot, pcrs));
  }

  private static List<VersionWarning> bounded(List<BaselineLint.Warning> warnings) {
    return warnings.stream().map(VersionWarning::of).distinct().limit(MOST_WARNINGS).toList();
  }
}
