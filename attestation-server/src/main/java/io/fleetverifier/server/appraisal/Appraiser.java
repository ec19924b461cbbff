// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.Appraisal.Effect;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Policy over authentic evidence. Every check runs and every reason is gathered, so that an
 * operator sees all of it at once:
 *
 * <ol>
 *   <li>registers and log are those of a measured boot ({@link BootCheck})
 *   <li>the boot is a known good one, in the phase in which disks are unlocked where a secret is at
 *       stake ({@link BaselineCheck})
 *   <li>the TPM counts as genuine, as far as its group minds
 *   <li>the TPM was not cleared, and this evidence is no older than what was received before
 *       ({@link TpmCheck})
 *   <li>the evidence comes from an allowed network and after an allowed silence
 *   <li>secrets may be let go at all, and the device can check who lets them go
 *   <li>each volume is the pinned one, and its secret exists and was not let go too often in this
 *       boot ({@link VolumeCheck})
 * </ol>
 *
 * <p>What is missing refuses: no binding, no accepted version, no value, an unknown PCR.
 */
public final class Appraiser {

  /**
   * Appraises evidence that was just received.
   *
   * @param boot the quoted values, with the log that came along
   */
  public Appraisal appraise(
      VerifiedQuote quote,
      MeasuredBoot boot,
      Claims claims,
      DeviceFacts facts,
      List<Binding> bindings,
      ReleasePolicy release,
      Circumstances circumstances) {
    Findings findings = new Findings();
    new BootCheck(boot, findings).check();
    new BaselineCheck(boot, claims.purpose(), circumstances.now(), findings).check(bindings);
    checkEndorsement(facts.endorsementRefusal(), findings);
    if (facts.last() != null) {
      new TpmCheck(facts.last(), findings)
          .check(quote, claims.srkName(), circumstances.challengedAt());
    }
    checkNetwork(release, circumstances, findings);
    checkSilence(release, facts.last(), circumstances, findings);
    if (!claims.wanted().isEmpty()) {
      checkReleases(release, circumstances, findings);
    }
    new VolumeCheck(claims, facts.volumes(), release.maxReleasesPerBoot(), findings).check();
    return findings.appraisal();
  }

  /**
   * Appraises stored evidence again under present policy: baselines, phase and endorsement only,
   * since whether it is a measured boot, counters, network and volumes were judged when it was
   * received and are not news.
   */
  public Appraisal appraiseAgain(
      MeasuredBoot boot,
      Purpose purpose,
      List<Binding> bindings,
      @Nullable ReasonCode endorsementRefusal,
      Instant now) {
    Findings findings = new Findings();
    new BaselineCheck(boot, purpose, now, findings).check(bindings);
    checkEndorsement(endorsementRefusal, findings);
    return findings.appraisal();
  }

  private static void checkEndorsement(@Nullable ReasonCode refusal, Findings findings) {
    if (refusal != null) {
      findings.add(refusal);
    }
  }

  private static void checkNetwork(
      ReleasePolicy release, Circumstances circumstances, Findings findings) {
    boolean inside =
        release.sourceNetworks().stream()
            .anyMatch(network -> network.contains(circumstances.source()));
    if (!release.sourceNetworks().isEmpty() && !inside) {
      findings.add(ReasonCode.SOURCE_NETWORK);
    }
  }

  /**
   * The TPM's record is kept as it is, so that the silence does not end by asking twice: an
   * operator ends it.
   */
  private static void checkSilence(
      ReleasePolicy release,
      @Nullable TpmState last,
      Circumstances circumstances,
      Findings findings) {
    if (release.maxSilence() != null
        && last != null
        && last.receivedAt().plus(release.maxSilence()).isBefore(circumstances.now())) {
      findings.add(ReasonCode.SILENT_TOO_LONG);
      findings.effect(Effect.KEEP);
    }
  }

  private static void checkReleases(
      ReleasePolicy release, Circumstances circumstances, Findings findings) {
    if (!release.releasesOn()) {
      findings.add(ReasonCode.RELEASES_OFF);
    }
    if (!circumstances.answerable()) {
      findings.add(ReasonCode.ANSWER_KEY_UNKNOWN);
    }
  }
}
