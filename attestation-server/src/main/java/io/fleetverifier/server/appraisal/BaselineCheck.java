// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.ReferenceValues.Comparison;
import io.fleetverifier.tpm.PcrValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether the boot is a known good one, and in the phase in which disks are unlocked.
 *
 * <p>For every enforced baseline the quoted values have to equal some whole accepted version, never
 * PCR by PCR across versions: a healthy device boots the new image, the old one or the recovery
 * image, and no mixture of them.
 */
final class BaselineCheck {
  /** A version and how the quoted values compare with it. */
  private record Candidate(BaselineVersion version, Comparison comparison) {
    boolean namesPhase() {
      return version.values().pcrs().contains(ReferenceValues.PHASE_PCR);
    }
  }

  /**
   * Of several versions that match as a whole: one that shows a phase in which disks are unlocked,
   * else one that says nothing of phases, else one that shows a later phase; then the newest.
   */
  private static final Comparator<Candidate> BEST_MATCH =
      Comparator.<Candidate>comparingInt(BaselineCheck::phaseRank)
          .thenComparingInt(candidate -> candidate.version().number());

  /** The fewest differing PCRs; of equals the newest. */
  private static final Comparator<Candidate> NEAREST =
      Comparator.<Candidate>comparingInt(candidate -> candidate.comparison().differences().size())
          .thenComparingInt(candidate -> -candidate.version().number());

  private final PcrValues pcrs;
  private final Purpose purpose;
  private final Instant now;
  private final Findings findings;

  /** What the enforced baselines were judged by: the version that matched, or the nearest one. */
  private final List<Candidate> judgedBy = new ArrayList<>();

  BaselineCheck(PcrValues pcrs, Purpose purpose, Instant now, Findings findings) {
    this.pcrs = pcrs;
    this.purpose = purpose;
    this.now = now;
    this.findings = findings;
  }

  void check(List<Binding> bindings) {
    List<Binding> asked = bindings.stream().filter(binding -> binding.serves(purpose)).toList();
    if (asked.stream().noneMatch(binding -> binding.isEnforcedAt(now))) {
      findings.add(ReasonCode.NO_BASELINE);
    }
    for (Binding binding : asked) {
      if (binding.isEnforcedAt(now)) {
        enforce(binding);
      } else {
        observe(binding);
      }
    }
    checkPhaseWithoutBaseline();
  }

  private void enforce(Binding binding) {
    List<BaselineVersion> accepted = accepted(binding);
    if (accepted.isEmpty()) {
      findings.add(ofBaseline(ReasonCode.NO_ACCEPTED_VERSION, binding));
    } else if (accepted.stream().anyMatch(version -> version.values().pcrs().isEmpty())) {
      findings.add(ofBaseline(ReasonCode.BASELINE_EMPTY, binding));
    } else {
      wholeMatch(accepted)
          .ifPresentOrElse(match -> accept(binding, match), () -> refuse(binding, accepted));
    }
  }

  private void accept(Binding binding, Candidate match) {
    judgedBy.add(match);
    findings.enforcedMatch(match.version());
    if (purpose != Purpose.REPORT && !match.comparison().mayUnlock()) {
      findings.add(ofVersion(ReasonCode.WRONG_PHASE, binding, match.version()));
    }
  }

  /**
   * A known version that does not count is named; otherwise the nearest accepted one and what
   * differs from it.
   */
  private void refuse(Binding binding, List<BaselineVersion> accepted) {
    Candidate nearest = accepted.stream().map(this::compare).min(NEAREST).orElseThrow();
    judgedBy.add(nearest);
    findings.add(
        wholeMatch(binding.versions())
            .map(known -> notCounting(binding, known.version()))
            .orElseGet(() -> mismatch(binding, nearest)));
  }

  private void observe(Binding binding) {
    wholeMatch(accepted(binding))
        .ifPresentOrElse(
            match -> findings.observedMatch(match.version()),
            () -> findings.add(ofBaseline(ReasonCode.BASELINE_OBSERVED_MISMATCH, binding)));
  }

  /**
   * Where no version that judged speaks of PCR 11 (fleets without unified kernel images), closing
   * the phase must still shut a device out: PCR 11 has to be untouched when a secret is at stake.
   */
  private void checkPhaseWithoutBaseline() {
    boolean silent = !judgedBy.isEmpty() && judgedBy.stream().noneMatch(Candidate::namesPhase);
    boolean untouched =
        pcrs.get(ReferenceValues.PHASE_PCR).filter(PhasePaths::isUntouched).isPresent();
    if (purpose != Purpose.REPORT && silent && !untouched) {
      findings.add(ReasonCode.WRONG_PHASE);
    }
  }

  private List<BaselineVersion> accepted(Binding binding) {
    return binding.versions().stream().filter(version -> version.countsAt(now)).toList();
  }

  private Optional<Candidate> wholeMatch(List<BaselineVersion> versions) {
    return versions.stream()
        .filter(version -> !version.values().pcrs().isEmpty())
        .map(this::compare)
        .filter(candidate -> candidate.comparison().isWhole())
        .max(BEST_MATCH);
  }

  private Candidate compare(BaselineVersion version) {
    return new Candidate(version, version.values().compare(pcrs));
  }

  private static int phaseRank(Candidate candidate) {
    if (!candidate.comparison().mayUnlock()) {
      return 0;
    }
    return candidate.namesPhase() ? 2 : 1;
  }

  private static Reason notCounting(Binding binding, BaselineVersion known) {
    return ofVersion(
        known.revoked() ? ReasonCode.VERSION_REVOKED : ReasonCode.VERSION_NOT_ACCEPTED,
        binding,
        known);
  }

  private static Reason mismatch(Binding binding, Candidate nearest) {
    return new Reason.PcrMismatch(
        binding.baseline(),
        binding.aspect(),
        nearest.version().number(),
        nearest.version().label(),
        nearest.comparison().differences());
  }

  private static Reason ofBaseline(ReasonCode code, Binding binding) {
    return new Reason.OfBaseline(code, binding.baseline(), binding.aspect());
  }

  private static Reason ofVersion(ReasonCode code, Binding binding, BaselineVersion version) {
    return new Reason.OfVersion(
        code, binding.baseline(), binding.aspect(), version.number(), version.label());
  }
}
