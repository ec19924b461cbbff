// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.server.appraisal.ReferenceValues.Difference;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/** One finding, with the facts in it. Devices get its code only. */
public sealed interface Reason {

  ReasonCode code();

  /** A finding that needs no more facts than its code. */
  record Plain(ReasonCode code) implements Reason {}

  /** A finding about one baseline. */
  record OfBaseline(ReasonCode code, String baseline, String aspect) implements Reason {}

  /** A finding about one version of a baseline: it was booted, yet does not count. */
  record OfVersion(
      ReasonCode code, String baseline, String aspect, UUID version, int number, String label)
      implements Reason {}

  /**
   * The boot is no accepted version.
   *
   * @param code PCR_MISMATCH where values differ; else RULE_NOT_MET, or LOG_MISSING where all that
   *     is wrong is that no log explains what a rule asks about
   * @param version id of the accepted version with the fewest differing PCRs
   * @param number of that version
   * @param differences what differs from its values
   * @param violations of its rules
   */
  record Mismatch(
      ReasonCode code,
      String baseline,
      String aspect,
      UUID version,
      int number,
      String label,
      SortedMap<Integer, Difference> differences,
      List<RuleViolation> violations)
      implements Reason {
    public Mismatch {
      violations = List.copyOf(violations);
    }
  }

  /** A finding about registers. */
  record OfPcrs(ReasonCode code, List<Integer> pcrs) implements Reason {
    public OfPcrs {
      pcrs = List.copyOf(pcrs);
    }
  }

  /** A finding about one volume. */
  record OfVolume(ReasonCode code, String volume) implements Reason {}

  /**
   * The device has to reboot before a secret is let go again.
   *
   * @param seconds to wait before it does
   */
  record RebootRequired(String volume, int seconds) implements Reason {
    @Override
    public ReasonCode code() {
      return ReasonCode.REBOOT_REQUIRED;
    }
  }
}
