// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.BaselineVersion.Match;
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
  /**
   * Of several versions that match as a whole: one that shows a phase in which disks are unlocked,
   * else one that says nothing of phases, else one that shows a later phase; then the newest.
   */
  private static final Comparator<Match> BEST_MATCH =
      Comparator.<Match>comparingInt(BaselineCheck::phaseRank)
          .thenComparingInt(candidate -> candidate.version().number());

  /** The fewest differing PCRs, whatever a log says; of equals the newest. */
  private static final Comparator<Match> NEAREST =
      Comparator.<Match>comparingInt(Match::distance)
          .thenComparingInt(candidate -> -candidate.version().number());

  private final MeasuredBoot boot;
  private final Purpose purpose;
  private final Instant now;
  private final Findings findings;

  /** What the enforced baselines were judged by: the version that matched, or the nearest one. */
  private final List<Match> judgedBy = new ArrayList<>();

  BaselineCheck(MeasuredBoot boot, Purpose purpose, Instant now, Findings findings) {
    this.boot = boot;
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
    } else if (accepted.stream().anyMatch(version -> version.pcrs().isEmpty())) {
      findings.add(ofBaseline(ReasonCode.BASELINE_EMPTY, binding));
    } else {
      wholeMatch(accepted)
          .ifPresentOrElse(match -> accept(binding, match), () -> refuse(binding, accepted));
    }
  }

  private void accept(Binding binding, Match match) {
    judgedBy.add(match);
    findings.enforcedMatch(match.version());
    if (purpose != Purpose.REPORT && !match.mayUnlock()) {
      findings.add(ofVersion(ReasonCode.WRONG_PHASE, binding, match.version()));
    }
  }

  /**
   * A known version that does not count is named; otherwise the nearest accepted one and what
   * differs from it. Where values tell who it is, a log has no say in that: whoever can spoil the
   * log must not be able to hide a revoked version.
   */
  private void refuse(Binding binding, List<BaselineVersion> accepted) {
    Match nearest = accepted.stream().map(this::compare).min(NEAREST).orElseThrow();
    judgedBy.add(nearest);
    findings.add(
        knownButNotCounting(binding, nearest)
            .map(match -> notCounting(binding, match.version()))
            .orElseGet(() -> mismatch(binding, nearest)));
  }

  private Optional<Match> knownButNotCounting(Binding binding, Match nearest) {
    return binding.versions().stream()
        .filter(version -> !version.pcrs().isEmpty() && !version.countsAt(now))
        .map(this::compare)
        .filter(match -> match.isWhole() || (match.isNamedByValues() && !nearest.isNamedByValues()))
        .max(Comparator.comparing(Match::isWhole).thenComparing(BEST_MATCH));
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
    boolean silent = !judgedBy.isEmpty() && judgedBy.stream().noneMatch(Match::namesPhase);
    boolean untouched =
        boot.pcrs().get(ReferenceValues.PHASE_PCR).filter(PhasePaths::isUntouched).isPresent();
    if (purpose != Purpose.REPORT && silent && !untouched) {
      findings.add(ReasonCode.WRONG_PHASE);
    }
  }

  private List<BaselineVersion> accepted(Binding binding) {
    return binding.versions().stream().filter(version -> version.countsAt(now)).toList();
  }

  private Optional<Match> wholeMatch(List<BaselineVersion> versions) {
    return versions.stream()
        .filter(version -> !version.pcrs().isEmpty())
        .map(this::compare)
        .filter(Match::isWhole)
        .max(BEST_MATCH);
  }

  private Match compare(BaselineVersion version) {
    return version.compare(boot);
  }

  private static int phaseRank(Match candidate) {
    if (!candidate.mayUnlock()) {
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

  private static Reason mismatch(Binding binding, Match nearest) {
    return new Reason.Mismatch(
        code(nearest),
        binding.baseline(),
        binding.aspect(),
        nearest.version().id(),
        nearest.version().number(),
        nearest.version().label(),
        nearest.comparison().differences(),
        nearest.violations());
  }

  private static ReasonCode code(Match nearest) {
    if (!nearest.comparison().isWhole()) {
      return ReasonCode.PCR_MISMATCH;
    }
    return nearest.violations().stream()
            .allMatch(violation -> violation.kind() == RuleViolation.Kind.NOT_EXPLAINED_BY_LOG)
        ? ReasonCode.LOG_MISSING
        : ReasonCode.RULE_NOT_MET;
  }

  private static Reason ofBaseline(ReasonCode code, Binding binding) {
    return new Reason.OfBaseline(code, binding.baseline(), binding.aspect());
  }

  private static Reason ofVersion(ReasonCode code, Binding binding, BaselineVersion version) {
    return new Reason.OfVersion(
        code,
        binding.baseline(),
        binding.aspect(),
        version.id(),
        version.number(),
        version.label());
  }
}
