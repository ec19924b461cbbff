// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.Appraiser;
import io.fleetverifier.server.appraisal.Binding;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Stored evidence under present policy. What baselines say of the boot, and vendors of the TPM, is
 * judged anew; what was found of counters, network, silence and volumes was true when the evidence
 * came and stays. The outcome is an appraisal and can buy no secret.
 *
 * @param anew what baselines and vendors say now
 * @param kept codes of reasons that stay
 * @param keptWarnings codes of warnings that stay
 */
public record Reappraisal(Appraisal anew, List<String> kept, List<String> keptWarnings) {

  /** What {@link Appraiser#appraiseAgain} can find. */
  private static final Set<ReasonCode> JUDGED_ANEW =
      EnumSet.of(
          ReasonCode.NO_BASELINE,
          ReasonCode.NO_ACCEPTED_VERSION,
          ReasonCode.BASELINE_EMPTY,
          ReasonCode.PCR_MISMATCH,
          ReasonCode.RULE_NOT_MET,
          ReasonCode.LOG_MISSING,
          ReasonCode.VERSION_REVOKED,
          ReasonCode.VERSION_NOT_ACCEPTED,
          ReasonCode.WRONG_PHASE,
          ReasonCode.EK_DENIED,
          ReasonCode.EK_REVOKED,
          ReasonCode.EK_NOT_ENDORSED,
          ReasonCode.BASELINE_OBSERVED_MISMATCH);

  /**
   * Judges what was shown.
   *
   * @param bootLog reads the boot log that came along; asked only where a version has rules over
   *     events
   */
  public static Reappraisal of(
      LastShown shown, List<Binding> bindings, Supplier<BootLog> bootLog, Instant now) {
    BootLog log =
        bindings.stream().anyMatch(Binding::needsLog) ? bootLog.get() : new BootLog.Absent();
    MeasuredBoot boot = MeasuredBoot.of(shown.pcrs().values(), log);
    Appraisal anew =
        new Appraiser()
            .appraiseAgain(boot, shown.purpose(), bindings, shown.endorsementRefusal(), now);
    return new Reappraisal(anew, kept(shown.reasons()), kept(shown.warnings()));
  }

  private static List<String> kept(List<String> codes) {
    Set<String> judgedAnew = Set.copyOf(JUDGED_ANEW.stream().map(ReasonCode::name).toList());
    return codes.stream().filter(code -> !judgedAnew.contains(code)).toList();
  }

  public boolean isTrusted() {
    return anew.isTrusted() && kept.isEmpty();
  }

  public List<String> reasonCodes() {
    return codes(anew.reasons(), kept);
  }

  public List<String> warningCodes() {
    return codes(anew.warnings(), keptWarnings);
  }

  private static List<String> codes(List<Reason> found, List<String> kept) {
    return Stream.concat(found.stream().map(reason -> reason.code().name()), kept.stream())
        .distinct()
        .toList();
  }
}
