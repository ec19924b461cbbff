// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.server.eventlog.LogCheck;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Whether registers and log can be a measured boot at all, whatever baselines say.
 *
 * <p>A bank that the firmware does not use stays at its reset values, or is closed by one extend of
 * zeros: an operating system that finds it so can extend into it whatever boot it likes to show.
 * The same shows after a sleep from which the TPM woke without its saved state (CVE-2018-6622).
 * Source: PFP, "PCR usage" and "Capping".
 */
final class BootCheck {
  private final MeasuredBoot boot;
  private final Findings findings;

  BootCheck(MeasuredBoot boot, Findings findings) {
    this.boot = boot;
    this.findings = findings;
  }

  void check() {
    refuseAny(ReasonCode.PCR_NEVER_EXTENDED, boot::isNeverExtended);
    refuseAny(ReasonCode.PCR_CAPPED, boot::isCapped);
    switch (boot.log()) {
      case BootLog.NotOfATpm ignored -> findings.add(ReasonCode.NOT_A_TPM_LOG);
      case BootLog.Unreadable ignored -> findings.add(ReasonCode.LOG_UNREADABLE);
      case BootLog.OfOtherBanks ignored -> findings.add(ReasonCode.LOG_UNREADABLE);
      case BootLog.Absent ignored -> {}
      case BootLog.Read ignored -> {}
    }
  }

  private void refuseAny(ReasonCode code, IntPredicate wrong) {
    List<Integer> pcrs = IntStream.range(0, LogCheck.FIRMWARE_PCRS).filter(wrong).boxed().toList();
    if (!pcrs.isEmpty()) {
      findings.add(new Reason.OfPcrs(code, pcrs));
    }
  }
}
