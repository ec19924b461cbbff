// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What policy finds of authentic evidence. An appraisal alone buys nothing: a release takes a
 * {@link Trusted}, which needs the challenge to be redeemed as well.
 *
 * @param reasons why the device is not trusted; empty when it is
 * @param refusals why nothing is let go although the device may be trusted
 * @param warnings what somebody should look at
 * @param matched ids of the baseline versions that matched
 * @param releasePcrs PCRs that a sealed answer is bound to, ascending; always with 11, never with
 *     10
 * @param effect what the evidence does to the record of the TPM
 */
public record Appraisal(
    List<Reason> reasons,
    List<Reason> refusals,
    List<Reason> warnings,
    List<UUID> matched,
    SortedSet<Integer> releasePcrs,
    Effect effect) {

  /** What becomes of the record of the TPM and of the device's present status. */
  public enum Effect {
    /** The TPM's state is replaced by what the quote says. */
    UPDATE,
    /** The TPM's state stays as it was, so that the finding stays too. */
    KEEP,
    /** The state is marked as cleared, until an operator opens a new epoch. */
    MARK_CLEARED,
    /** The evidence is recorded but says nothing about the present. */
    IGNORE
  }

  public Appraisal {
    reasons = List.copyOf(reasons);
    refusals = List.copyOf(refusals);
    warnings = List.copyOf(warnings);
    matched = List.copyOf(matched);
    releasePcrs = Collections.unmodifiableSortedSet(new TreeSet<>(releasePcrs));
  }

  public boolean isTrusted() {
    return reasons.isEmpty();
  }

  /** Whether secrets may be let go once the challenge is redeemed. */
  public boolean allowsRelease() {
    return reasons.isEmpty() && refusals.isEmpty();
  }

  /** The same with one more reason to let nothing go. */
  public Appraisal refusing(Reason refusal) {
    List<Reason> more = new ArrayList<>(refusals);
    more.add(refusal);
    return new Appraisal(reasons, more, warnings, matched, releasePcrs, effect);
  }

  /** What remains of evidence from a device that was revoked: a trace. */
  public static Appraisal ofRevokedDevice() {
    return new Appraisal(
        List.of(new Reason.Plain(ReasonCode.DEVICE_REVOKED)),
        List.of(),
        List.of(),
        List.of(),
        new TreeSet<>(),
        Effect.IGNORE);
  }

  /** Seconds after which the device should reboot, where it has to. */
  public OptionalInt rebootAfter() {
    return refusals.stream()
        .filter(Reason.RebootRequired.class::isInstance)
        .mapToInt(reason -> ((Reason.RebootRequired) reason).seconds())
        .max();
  }
}
