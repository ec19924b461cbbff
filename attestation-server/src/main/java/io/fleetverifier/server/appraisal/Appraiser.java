// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.Appraisal.Effect;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import io.fleetverifier.server.appraisal.DeviceFacts.Volume;
import io.fleetverifier.server.appraisal.ReferenceValues.Comparison;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Policy over authentic evidence. Every check runs and every reason is gathered, so that an
 * operator sees all of it at once:
 *
 * <ol>
 *   <li>for every enforced baseline the boot equals some whole accepted version, never PCR by PCR
 *       across versions; at least one baseline is enforced
 *   <li>the boot is in the phase in which disks are unlocked, where a secret is at stake
 *   <li>the TPM was not cleared, and this evidence is no older than what was received before
 *   <li>the evidence comes from an allowed network and after an allowed silence
 *   <li>each volume asked for exists, is the pinned one, and was not opened too often in this boot
 * </ol>
 *
 * <p>What is missing refuses: no binding, no accepted version, no value, an unknown PCR.
 */
public final class Appraiser {
  /** Never part of a release: it moves all the time (IMA). */
  private static final int IMA_PCR = 10;

  private static final int FIRST_REBOOT_SECONDS = 60;
  private static final int MOST_DOUBLINGS = 6;

  /** Appraises evidence that was just received. */
  public Appraisal appraise(
      VerifiedQuote quote,
      Claims claims,
      DeviceFacts facts,
      List<Binding> bindings,
      ReleasePolicy release,
      Circumstances circumstances) {
    Findings findings = new Findings();
    checkBaselines(quote.pcrs(), claims.purpose(), bindings, circumstances, findings);
    checkPhaseWithoutBaseline(quote.pcrs(), claims.purpose(), bindings, circumstances, findings);
    checkTpm(quote, claims, facts.last(), circumstances, findings);
    checkNetwork(release, circumstances, findings);
    checkSilence(release, facts.last(), circumstances, findings);
    checkReleaseSwitch(release, claims, findings);
    checkAnswerKey(claims, circumstances, findings);
    checkVolumes(claims, facts.volumes(), release, findings);
    return findings.appraisal();
  }

  /**
   * Appraises stored evidence again under present policy: baselines and phase only, since counters,
   * network and volumes were judged when it was received and are not news.
   */
  public Appraisal appraiseAgain(
      PcrValues pcrs, Purpose purpose, List<Binding> bindings, Circumstances circumstances) {
    Findings findings = new Findings();
    checkBaselines(pcrs, purpose, bindings, circumstances, findings);
    checkPhaseWithoutBaseline(pcrs, purpose, bindings, circumstances, findings);
    return findings.appraisal();
  }

  private static void checkBaselines(
      PcrValues pcrs,
      Purpose purpose,
      List<Binding> bindings,
      Circumstances circumstances,
      Findings findings) {
    List<Binding> asked = bindings.stream().filter(binding -> binding.serves(purpose)).toList();
    if (asked.stream().noneMatch(binding -> binding.isEnforcedAt(circumstances.now()))) {
      findings.add(new Reason.Plain(ReasonCode.NO_BASELINE));
    }
    for (Binding binding : asked) {
      if (binding.isEnforcedAt(circumstances.now())) {
        enforce(binding, pcrs, purpose, circumstances, findings);
      } else {
        observe(binding, pcrs, circumstances, findings);
      }
    }
  }

  private static void enforce(
      Binding binding,
      PcrValues pcrs,
      Purpose purpose,
      Circumstances circumstances,
      Findings findings) {
    List<BaselineVersion> accepted = accepted(binding, circumstances);
    if (accepted.isEmpty()) {
      findings.add(ofBaseline(ReasonCode.NO_ACCEPTED_VERSION, binding));
      return;
    }
    if (accepted.stream().anyMatch(version -> version.values().pcrs().isEmpty())) {
      findings.add(ofBaseline(ReasonCode.BASELINE_EMPTY, binding));
      return;
    }
    Optional<BaselineVersion> match = wholeMatch(accepted, pcrs);
    if (match.isEmpty()) {
      findings.add(explainMismatch(binding, accepted, pcrs));
      return;
    }
    findings.match(match.get());
    if (purpose != Purpose.REPORT && !match.get().values().compare(pcrs).mayUnlock()) {
      findings.add(ofVersion(ReasonCode.WRONG_PHASE, binding, match.get()));
    }
  }

  private static void observe(
      Binding binding, PcrValues pcrs, Circumstances circumstances, Findings findings) {
    Optional<BaselineVersion> match = wholeMatch(accepted(binding, circumstances), pcrs);
    if (match.isEmpty()) {
      findings.add(ofBaseline(ReasonCode.BASELINE_OBSERVED_MISMATCH, binding));
    } else {
      findings.note(match.get());
    }
  }

  /**
   * A known version that does not count is named; otherwise the nearest accepted one and what
   * differs from it.
   */
  private static Reason explainMismatch(
      Binding binding, List<BaselineVersion> accepted, PcrValues pcrs) {
    Optional<BaselineVersion> known = wholeMatch(binding.versions(), pcrs);
    if (known.isPresent()) {
      ReasonCode code =
          known.get().revoked() ? ReasonCode.VERSION_REVOKED : ReasonCode.VERSION_NOT_ACCEPTED;
      return ofVersion(code, binding, known.get());
    }
    BaselineVersion nearest =
        accepted.stream()
            .min(
                Comparator.<BaselineVersion>comparingInt(
                        version -> version.values().compare(pcrs).differences().size())
                    .thenComparing(Comparator.comparingInt(BaselineVersion::number).reversed()))
            .orElseThrow();
    return new Reason.PcrMismatch(
        ReasonCode.PCR_MISMATCH,
        binding.baseline(),
        binding.aspect(),
        nearest.number(),
        nearest.label(),
        nearest.values().compare(pcrs).differences());
  }

  /**
   * The version that the values equal as a whole; of several the one in whose phase a disk may be
   * unlocked, then the newest.
   */
  private static Optional<BaselineVersion> wholeMatch(
      List<BaselineVersion> versions, PcrValues pcrs) {
    record Candidate(BaselineVersion version, Comparison comparison) {}
    return versions.stream()
        .filter(version -> !version.values().pcrs().isEmpty())
        .map(version -> new Candidate(version, version.values().compare(pcrs)))
        .filter(candidate -> candidate.comparison().isWhole())
        .max(
            Comparator.<Candidate, Boolean>comparing(
                    candidate -> candidate.comparison().mayUnlock())
                .thenComparingInt(candidate -> candidate.version().number()))
        .map(Candidate::version);
  }

  /**
   * Where no enforced baseline speaks of PCR 11 (fleets without unified kernel images), closing the
   * phase must still shut a device out: PCR 11 has to be untouched when a secret is at stake.
   */
  private static void checkPhaseWithoutBaseline(
      PcrValues pcrs,
      Purpose purpose,
      List<Binding> bindings,
      Circumstances circumstances,
      Findings findings) {
    if (purpose == Purpose.REPORT) {
      return;
    }
    boolean named =
        bindings.stream()
            .filter(binding -> binding.serves(purpose) && binding.isEnforcedAt(circumstances.now()))
            .flatMap(binding -> accepted(binding, circumstances).stream())
            .anyMatch(version -> version.values().pcrs().contains(ReferenceValues.PHASE_PCR));
    Optional<Bytes> pcr11 = pcrs.get(ReferenceValues.PHASE_PCR);
    if (!named && pcr11.filter(PhasePaths::isUntouched).isEmpty()) {
      findings.add(new Reason.Plain(ReasonCode.WRONG_PHASE));
    }
  }

  private static void checkTpm(
      VerifiedQuote quote,
      Claims claims,
      @Nullable TpmState last,
      Circumstances circumstances,
      Findings findings) {
    if (last == null) {
      return;
    }
    boolean mayBeOlder = circumstances.challengedAt().isBefore(last.receivedAt());
    boolean wentBack = wentBack(quote.clock(), last);
    boolean srkChanged = last.srkName() != null && !last.srkName().equals(claims.srkName());
    if (last.cleared() || ((wentBack || srkChanged) && !mayBeOlder)) {
      findings.add(new Reason.Plain(ReasonCode.TPM_CLEARED));
      findings.effect(Effect.MARK_CLEARED);
      return;
    }
    if (wentBack || srkChanged) {
      findings.add(new Reason.Plain(ReasonCode.EVIDENCE_OUT_OF_ORDER));
      findings.effect(Effect.IGNORE);
      return;
    }
    if (quote.clock().resetCount() - last.resetCount() > 1) {
      findings.add(new Reason.Plain(ReasonCode.RESET_JUMP));
    }
    if (quote.firmwareVersion() != last.firmwareVersion()) {
      findings.add(new Reason.Plain(ReasonCode.FIRMWARE_CHANGED));
    }
  }

  /**
   * Whether counters, or within one boot the clock, are lower than before. After an unclean power
   * loss a TPM may report an earlier clock once more and says so by safe = 0: then the clock orders
   * nothing.
   */
  private static boolean wentBack(TpmsClockInfo clock, TpmState last) {
    if (clock.resetCount() != last.resetCount()) {
      return clock.resetCount() < last.resetCount();
    }
    if (clock.restartCount() != last.restartCount()) {
      return clock.restartCount() < last.restartCount();
    }
    return clock.safe() && last.safe() && Long.compareUnsigned(clock.clock(), last.clock()) < 0;
  }

  private static void checkNetwork(
      ReleasePolicy release, Circumstances circumstances, Findings findings) {
    if (!release.sourceNetworks().isEmpty()
        && release.sourceNetworks().stream()
            .noneMatch(network -> network.contains(circumstances.source()))) {
      findings.add(new Reason.Plain(ReasonCode.SOURCE_NETWORK));
    }
  }

  /**
   * The record is kept as it is, so that the silence does not end by asking twice: an operator ends
   * it.
   */
  private static void checkSilence(
      ReleasePolicy release,
      @Nullable TpmState last,
      Circumstances circumstances,
      Findings findings) {
    if (release.maxSilence() != null
        && last != null
        && last.receivedAt().plus(release.maxSilence()).isBefore(circumstances.now())) {
      findings.add(new Reason.Plain(ReasonCode.SILENT_TOO_LONG));
      findings.effect(Effect.KEEP);
    }
  }

  private static void checkReleaseSwitch(ReleasePolicy release, Claims claims, Findings findings) {
    if (!claims.wanted().isEmpty() && !release.releasesOn()) {
      findings.add(new Reason.Plain(ReasonCode.RELEASES_OFF));
    }
  }

  private static void checkAnswerKey(
      Claims claims, Circumstances circumstances, Findings findings) {
    if (!claims.wanted().isEmpty() && !circumstances.answerable()) {
      findings.add(new Reason.Plain(ReasonCode.ANSWER_KEY_UNKNOWN));
    }
  }

  private static void checkVolumes(
      Claims claims, Map<String, Volume> volumes, ReleasePolicy release, Findings findings) {
    Map<String, Bytes> pins =
        claims.volumes().stream()
            .collect(Collectors.toMap(Claims.VolumePin::name, Claims.VolumePin::pin));
    pins.forEach((name, pin) -> {
      Volume volume = volumes.get(name);
      if (volume != null && volume.isActive() && !pin.equals(volume.pin())) {
        findings.add(new Reason.OfVolume(ReasonCode.VOLUME_PIN_MISMATCH, name));
      }
      if (claims.purpose() == Purpose.PROVISION && claims.wanted().isEmpty() && volume == null) {
        findings.add(new Reason.OfVolume(ReasonCode.NOT_PROVISIONED, name));
      }
    });
    for (String name : claims.wanted()) {
      checkWanted(name, claims.purpose(), volumes.get(name), pins.containsKey(name), findings);
      checkCount(name, volumes.get(name), release, findings);
    }
  }

  private static void checkWanted(
      String name, Purpose purpose, @Nullable Volume volume, boolean pinned, Findings findings) {
    boolean active = volume != null && volume.isActive();
    if (purpose == Purpose.UNLOCK && !active) {
      findings.add(new Reason.OfVolume(ReasonCode.NOT_PROVISIONED, name));
    }
    if (purpose == Purpose.UNLOCK && !pinned) {
      findings.add(new Reason.OfVolume(ReasonCode.VOLUME_PIN_MISSING, name));
    }
    if (purpose == Purpose.PROVISION && active) {
      findings.add(new Reason.OfVolume(ReasonCode.ALREADY_PROVISIONED, name));
    }
  }

  private static void checkCount(
      String name, @Nullable Volume volume, ReleasePolicy release, Findings findings) {
    if (volume != null && volume.releasesThisBoot() >= release.maxReleasesPerBoot()) {
      int doublings = Math.clamp(volume.bootsAtTheLimit() - 1, 0, MOST_DOUBLINGS);
      findings.add(new Reason.RebootRequired(name, FIRST_REBOOT_SECONDS << doublings));
    }
  }

  private static List<BaselineVersion> accepted(Binding binding, Circumstances circumstances) {
    return binding.versions().stream()
        .filter(version -> version.countsAt(circumstances.now()))
        .toList();
  }

  private static Reason ofBaseline(ReasonCode code, Binding binding) {
    return new Reason.OfBaseline(code, binding.baseline(), binding.aspect());
  }

  private static Reason ofVersion(ReasonCode code, Binding binding, BaselineVersion version) {
    return new Reason.OfVersion(
        code, binding.baseline(), binding.aspect(), version.number(), version.label());
  }

  /** Gathers what the checks find. */
  private static final class Findings {
    private final List<Reason> reasons = new ArrayList<>();
    private final List<Reason> refusals = new ArrayList<>();
    private final List<Reason> warnings = new ArrayList<>();
    private final List<UUID> matched = new ArrayList<>();
    private final SortedSet<Integer> releasePcrs = new TreeSet<>();
    private Effect effect = Effect.UPDATE;

    void add(Reason reason) {
      switch (reason.code().kind()) {
        case TRUST -> reasons.add(reason);
        case RELEASE -> refusals.add(reason);
        case WARNING -> warnings.add(reason);
      }
    }

    void match(BaselineVersion version) {
      note(version);
      releasePcrs.addAll(version.values().pcrs());
    }

    void note(BaselineVersion version) {
      matched.add(version.id());
    }

    /**
     * The strongest effect wins: what is cleared stays cleared, what is out of order changes
     * nothing.
     */
    void effect(Effect found) {
      if (effect == Effect.UPDATE) {
        effect = found;
      }
    }

    Appraisal appraisal() {
      releasePcrs.add(ReferenceValues.PHASE_PCR);
      releasePcrs.remove(IMA_PCR);
      return new Appraisal(reasons, refusals, warnings, matched, releasePcrs, effect);
    }
  }
}
