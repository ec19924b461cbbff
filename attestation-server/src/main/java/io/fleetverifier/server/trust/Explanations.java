// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.ReferenceValues;
import io.fleetverifier.server.attestation.GroupBindings;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.trust.PresentAppraisal.Difference;
import io.fleetverifier.server.trust.PresentAppraisal.Why;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/** Why a device is or is not trusted, with the facts. Devices themselves get codes only. */
@Service
public final class Explanations {

  private final StatusRows rows;
  private final GroupBindings bindings;
  private final InstantSource clock;

  Explanations(StatusRows rows, GroupBindings bindings, InstantSource clock) {
    this.rows = rows;
    this.bindings = bindings;
    this.clock = clock;
  }

  /**
   * Judges the device's last authentic evidence now and writes nothing.
   *
   * @throws ProblemException not-found before its first authentic evidence
   */
  public PresentAppraisal of(UUID device) {
    LastShown shown =
        rows.lastShown(device)
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.NOT_FOUND, "The device has shown no authentic evidence."));
    Reappraisal present =
        Reappraisal.of(shown, bindings.of(shown.group()), rows::bootLog, clock.instant());
    return new PresentAppraisal(
        shown.attestation(),
        shown.receivedAt(),
        shown.purpose().toString(),
        present.isTrusted() ? "trusted" : "untrusted",
        why(present.anew().reasons(), present.kept()),
        why(present.anew().warnings(), present.keptWarnings()));
  }

  private static List<Why> why(List<Reason> anew, List<String> kept) {
    return Stream.concat(
            anew.stream().map(Explanations::why),
            kept.stream().map(code -> plain(ReasonCode.valueOf(code))))
        .toList();
  }

  private static Why why(Reason reason) {
    ReasonCode code = reason.code();
    return switch (reason) {
      case Reason.OfBaseline of ->
          new Why(code.name(), code.meaning(), of.baseline(), of.aspect(), null, null, null);
      case Reason.OfVersion of ->
          new Why(
              code.name(),
              code.meaning(),
              of.baseline(),
              of.aspect(),
              of.number(),
              of.label(),
              null);
      case Reason.Mismatch of ->
          new Why(
              code.name(),
              code.meaning(),
              of.baseline(),
              of.aspect(),
              of.number(),
              of.label(),
              differences(of.differences()));
      case Reason.Plain ignored -> plain(code);
      case Reason.OfVolume ignored -> plain(code);
      case Reason.OfPcrs ignored -> plain(code);
      case Reason.RebootRequired ignored -> plain(code);
    };
  }

  private static Why plain(ReasonCode code) {
    return new Why(code.name(), code.meaning(), null, null, null, null, null);
  }

  private static SortedMap<Integer, Difference> differences(
      SortedMap<Integer, ReferenceValues.Difference> found) {
    SortedMap<Integer, Difference> differences = new TreeMap<>();
    found.forEach((pcr, difference) -> {
      Bytes actual = difference.actual();
      differences.put(
          pcr,
          new Difference(difference.expected().toHex(), actual == null ? null : actual.toHex()));
    });
    return differences;
  }
}
