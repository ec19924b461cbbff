// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.Appraisal.Effect;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the TPM went on from where it was last seen. TPM2_Clear keeps the endorsement keys and
 * sets the counters to zero, and it changes the storage root key: both show.
 *
 * <p>Older firmware brings back what a newer one mended (TPM-FAIL, ROCA), so it is refused until an
 * operator opens a new epoch. Makers differ in how they number; all number upwards.
 *
 * <p>TPM 2.0 Library, Part 1, "Clock, Time and counters": resetCount and restartCount never go back
 * without TPM2_Clear; Clock may, after an unclean loss of power, which the TPM tells by safe = 0.
 */
final class TpmCheck {
  private final TpmState last;
  private final Findings findings;

  TpmCheck(TpmState last, Findings findings) {
    this.last = last;
    this.findings = findings;
  }

  /**
   * @param srkName as claimed; absent when the owner hierarchy has a password
   * @param challengedAt the quote is younger than this
   */
  void check(VerifiedQuote quote, @Nullable Bytes srkName, Instant challengedAt) {
    TpmsClockInfo clock = quote.clock();
    boolean startedOver = countersWentBack(clock) || srkChanged(srkName);
    boolean mayBeOlder = challengedAt.isBefore(last.receivedAt());
    if (last.cleared() || (startedOver && !mayBeOlder)) {
      findings.add(ReasonCode.TPM_CLEARED);
      findings.effect(Effect.MARK_CLEARED);
    } else if (startedOver || clockWentBack(clock)) {
      findings.add(ReasonCode.EVIDENCE_OUT_OF_ORDER);
      findings.effect(mayBeOlder ? Effect.IGNORE : Effect.KEEP);
    } else if (Long.compareUnsigned(quote.firmwareVersion(), last.firmwareVersion()) < 0) {
      findings.add(ReasonCode.TPM_FIRMWARE_DOWNGRADED);
      findings.effect(Effect.KEEP);
    } else {
      warn(quote);
    }
  }

  private void warn(VerifiedQuote quote) {
    if (quote.clock().resetCount() - last.resetCount() > 1) {
      findings.add(ReasonCode.RESET_JUMP);
    }
    if (quote.firmwareVersion() != last.firmwareVersion()) {
      findings.add(ReasonCode.FIRMWARE_CHANGED);
    }
  }

  private boolean countersWentBack(TpmsClockInfo clock) {
    return clock.resetCount() < last.resetCount()
        || (clock.resetCount() == last.resetCount() && clock.restartCount() < last.restartCount());
  }

  /** A name that was never there may appear; one that was there may neither change nor vanish. */
  private boolean srkChanged(@Nullable Bytes srkName) {
    return last.srkName() != null && !last.srkName().equals(srkName);
  }

  /** Only within one boot, and only between two readings that the TPM itself calls safe. */
  private boolean clockWentBack(TpmsClockInfo clock) {
    boolean sameBoot =
        clock.resetCount() == last.resetCount() && clock.restartCount() == last.restartCount();
    return sameBoot
        && clock.safe()
        && last.safe()
        && Long.compareUnsigned(clock.clock(), last.clock()) < 0;
  }
}
