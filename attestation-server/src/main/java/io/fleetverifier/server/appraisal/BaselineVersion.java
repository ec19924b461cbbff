// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.server.appraisal.ReferenceValues.Comparison;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One immutable content of a baseline, as the group of the device sees it.
 *
 * @param number counts from 1 within its baseline
 * @param label what people call it, such as {@code 1.4.2}
 * @param revoked a revoked version counts for nobody; it is here so that it can be named when it
 *     boots
 * @param accepted when it counts for the group
 * @param values what registers must hold
 * @param rules what registers' events must be; both together are one demand
 */
public record BaselineVersion(
    UUID id,
    int number,
    String label,
    boolean revoked,
    List<Validity> accepted,
    ReferenceValues values,
    EventRules rules) {

  /** A time span: from inclusive, to exclusive; no end when {@code to} is absent. */
  public record Validity(Instant from, @Nullable Instant to) {
    boolean covers(Instant now) {
      return !now.isBefore(from) && (to == null || now.isBefore(to));
    }
  }

  public BaselineVersion {
    accepted = List.copyOf(accepted);
  }

  /** All PCRs that this version speaks of, ascending. */
  public SortedSet<Integer> pcrs() {
    SortedSet<Integer> pcrs = new TreeSet<>(values.pcrs());
    pcrs.addAll(rules.pcrs());
    return pcrs;
  }

  /** How a boot compares with this version. */
  Match compare(MeasuredBoot boot) {
    return new Match(this, values.compare(boot.pcrs()), rules.violations(boot));
  }

  /**
   * A version and how a boot compares with it.
   *
   * @param violations of its rules
   */
  record Match(BaselineVersion version, Comparison comparison, List<RuleViolation> violations) {

    /** Whether the boot is this version, in values and by rules. */
    boolean isWhole() {
      return comparison.isWhole() && violations.isEmpty();
    }

    /** Whether the values tell that it is this version, whatever a log says. */
    boolean isNamedByValues() {
      return comparison.isWhole() && !version.values.pcrs().isEmpty();
    }

    /** Differing PCRs; where a version is rules alone, all that they speak of. */
    int distance() {
      return version.values.pcrs().isEmpty()
          ? version.rules.pcrs().size()
          : comparison.differences().size();
    }

    boolean namesPhase() {
      return version.values.pcrs().contains(ReferenceValues.PHASE_PCR);
    }

    /** See {@link Comparison#mayUnlock}. */
    boolean mayUnlock() {
      return comparison.mayUnlock();
    }
  }

  boolean countsAt(Instant now) {
    return !revoked && accepted.stream().anyMatch(validity -> validity.covers(now));
  }
}
