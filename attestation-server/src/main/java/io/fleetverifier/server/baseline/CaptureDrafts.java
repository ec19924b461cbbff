// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.PhasePaths;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.baseline.Draft.Source;
import io.fleetverifier.server.baseline.LastEvidence.Captured;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Versions from what a device last proved to hold. */
@Component
public final class CaptureDrafts {

  private static final int PHASED_PCR = 11;

  private final LastEvidence evidence;
  private final KeptLogs logs;
  private final Drafts drafts;

  CaptureDrafts(LastEvidence evidence, KeptLogs logs, Drafts drafts) {
    this.evidence = evidence;
    this.logs = logs;
    this.drafts = drafts;
  }

  /**
   * Drafts a version. The boot log that came with the evidence is noted as what the values come
   * from.
   *
   * @throws ProblemException not-found, invalid, or conflict when the device has given no evidence
   *     that serves
   */
  public BaselineVersion draft(String actor, String baseline, String label, Capture wanted) {
    String phase = wanted.phase() == null ? "" : wanted.phase();
    refuse(wanted, phase);
    Captured captured =
        evidence
            .of(wanted.device(), wanted.pcrs().contains(PHASED_PCR))
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.CONFLICT,
                    "No active device of this id has given evidence that serves; PCR 11 is"
                        + " taken from purpose unlock or provision only."));
    List<ReferenceValue> values =
        wanted.pcrs().stream()
            .sorted()
            .map(pcr ->
                new ReferenceValue(pcr, pcr == PHASED_PCR ? phase : "", captured.pcrs().value(pcr)))
            .toList();
    Draft draft =
        new Draft(
            label,
            Content.of(values),
            new Source(Origin.CAPTURE, captured.log(), null),
            Map.of("device", wanted.device(), "attestation", captured.attestation()),
            warnings(captured, Set.copyOf(wanted.pcrs())));
    return drafts.store(actor, baseline, draft);
  }

  private List<VersionWarning> warnings(Captured captured, Set<Integer> pcrs) {
    return captured.log() == null
        ? List.of()
        : logs.find(captured.log())
            .flatMap(log -> MeasuredBoot.of(captured.pcrs().values(), BootLog.of(log)).comparison())
            .map(boot -> SourceLogs.lint(boot, pcrs))
            .orElse(List.of());
  }

  private static void refuse(Capture wanted, String phase) {
    Violations violations = new Violations();
    for (int i = 0; i < wanted.pcrs().size(); i++) {
      int pcr = wanted.pcrs().get(i);
      violations.unless(
          Protocol.QUOTED_PCRS.contains(pcr), "/capture/pcrs/" + i, TypedValues.whyNot(pcr));
      violations.unless(
          wanted.pcrs().indexOf(pcr) == i, "/capture/pcrs/" + i, "names one PCR twice");
    }
    violations.unless(
        PhasePaths.isKnown(phase),
        "/capture/phase",
        "must be a phase path such as enter-initrd, or empty");
    violations.refuse();
  }
}
