// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.server.appraisal.Appraisal.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/** Gathers what the checks of one appraisal find. */
final class Findings {
  private final List<Reason> reasons = new ArrayList<>();
  private final List<Reason> refusals = new ArrayList<>();
  private final List<Reason> warnings = new ArrayList<>();
  private final List<UUID> matched = new ArrayList<>();
  private final SortedSet<Integer> releasePcrs = new TreeSet<>();
  private Effect effect = Effect.UPDATE;

  void add(ReasonCode code) {
    add(new Reason.Plain(code));
  }

  void add(Reason reason) {
    switch (reason.code().kind()) {
      case TRUST -> reasons.add(reason);
      case RELEASE -> refusals.add(reason);
      case WARNING -> warnings.add(reason);
    }
  }

  /**
   * The boot equals this version of an enforced baseline: a release is bound to its PCRs. PCR 10,
   * which moves all the time, is never among them: it is not quoted, so nothing that names it
   * matches.
   */
  void enforcedMatch(BaselineVersion version) {
    matched.add(version.id());
    releasePcrs.addAll(version.pcrs());
  }

  /** The boot equals this version of a baseline that is only observed. */
  void observedMatch(BaselineVersion version) {
    matched.add(version.id());
  }

  /** The first effect found stays: checks run in the order of their weight. */
  void effect(Effect found) {
    if (effect == Effect.UPDATE) {
      effect = found;
    }
  }

  Appraisal appraisal() {
    releasePcrs.add(ReferenceValues.PHASE_PCR);
    return new Appraisal(reasons, refusals, warnings, matched, releasePcrs, effect);
  }
}
