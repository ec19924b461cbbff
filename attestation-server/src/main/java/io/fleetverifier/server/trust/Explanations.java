// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.attestation.BootExplanation;
import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import io.fleetverifier.server.attestation.BootExplanations;
import io.fleetverifier.server.attestation.GroupBindings;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/** Why a device is or is not trusted, with the facts. Devices themselves get codes only. */
@Service
public final class Explanations {

  private final StatusRows rows;
  private final GroupBindings bindings;
  private final BootExplanations boots;
  private final InstantSource clock;

  Explanations(
      StatusRows rows, GroupBindings bindings, BootExplanations boots, InstantSource clock) {
    this.rows = rows;
    this.bindings = bindings;
    this.boots = boots;
    this.clock = clock;
  }

  /**
   * Judges the device's last authentic evidence now and writes nothing.
   *
   * @throws ProblemException not-found before its first authentic evidence
   */
  public DeviceExplanation of(UUID device) {
    LastShown shown =
        rows.lastShown(device)
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.NOT_FOUND, "The device has shown no authentic evidence."));
    BootLog log = rows.bootLog(shown);
    Reappraisal present =
        Reappraisal.of(shown, bindings.of(shown.group()), () -> log, clock.instant());
    MeasuredBoot boot = MeasuredBoot.of(shown.pcrs().values(), log);
    return explanation(shown, present, reasons(device, boot, present));
  }

  /** Codes that stay from when the evidence came are told without their facts. */
  private Optional<BootExplanation> reasons(UUID device, MeasuredBoot boot, Reappraisal present) {
    List<Reason> reasons =
        Stream.concat(
                present.anew().reasons().stream(),
                present.kept().stream().map(ReasonCode::valueOf).map(Reason.Plain::new))
            .toList();
    return reasons.isEmpty() ? Optional.empty() : Optional.of(boots.explain(device, boot, reasons));
  }

  private static DeviceExplanation explanation(
      LastShown shown, Reappraisal present, Optional<BootExplanation> why) {
    return new DeviceExplanation(
        shown.attestation(),
        shown.receivedAt(),
        shown.purpose().toString(),
        present.isTrusted() ? "trusted" : "untrusted",
        why.map(BootExplanation::summary).orElse(null),
        why.map(BootExplanation::nextStep).orElse(null),
        why.map(BootExplanation::reasons).orElse(List.of()),
        warnings(present));
  }

  private static List<OfReason> warnings(Reappraisal present) {
    return Stream.concat(
            present.anew().warnings().stream().map(BootExplanations::warning),
            present.keptWarnings().stream()
                .map(code -> BootExplanations.plain(ReasonCode.valueOf(code))))
        .toList();
  }
}
