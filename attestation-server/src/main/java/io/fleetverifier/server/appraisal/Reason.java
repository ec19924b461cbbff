// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.server.appraisal.ReferenceValues.Difference;
import java.util.SortedMap;

/** One finding, with the facts in it. Devices get its code only. */
public sealed interface Reason {

  ReasonCode code();

  /** A finding that needs no more facts than its code. */
  record Plain(ReasonCode code) implements Reason {}

  /** A finding about one baseline. */
  record OfBaseline(ReasonCode code, String baseline, String aspect) implements Reason {}

  /** A finding about one version of a baseline: it was booted, yet does not count. */
  record OfVersion(ReasonCode code, String baseline, String aspect, int number, String label)
      implements Reason {}

  /**
   * The boot equals no accepted version.
   *
   * @param number of the accepted version with the fewest differing PCRs
   * @param differences what differs from that one
   */
  record PcrMismatch(
      String baseline,
      String aspect,
      int number,
      String label,
      SortedMap<Integer, Difference> differences)
      implements Reason {
    @Override
    public ReasonCode code() {
      return ReasonCode.PCR_MISMATCH;
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
