// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.Appraisal.Effect;
import io.fleetverifier.server.appraisal.BaselineVersion.Validity;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import io.fleetverifier.server.appraisal.DeviceFacts.Volume;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One case for each reason, and for each way in which absence could have passed. */
class AppraiserTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Bytes PIN = Bytes.utf8("pin").sha256();
  private static final Bytes SRK = Bytes.concat(Bytes.u16(11), Bytes.utf8("srk").sha256());
  private static final Bytes KEY = Bytes.concat(Bytes.of(4), Bytes.zeros(64));

  private final Map<Integer, Bytes> pcrs = new HashMap<>();
  private TpmsClockInfo clock = new TpmsClockInfo(5000, 7, 0, true);
  private long firmware = 1;
  private Purpose purpose = Purpose.UNLOCK;
  private List<String> wanted = List.of("root");
  private List<VolumePin> pins = List.of(new VolumePin("root", PIN));
  private @Nullable Bytes srkName = SRK;
  private @Nullable TpmState last = state(7, 0, 4000, true);
  private @Nullable ReasonCode endorsementRefusal;
  private Map<String, Volume> volumes = Map.of("root", new Volume(PIN, false, 0, 0));
  private List<Binding> bindings;
  private ReleasePolicy release = new ReleasePolicy(true, List.of(), null, 5);
  private Instant challengedAt = NOW.minusSeconds(2);
  private Bytes source = address("192.0.2.7");
  private boolean answerable = true;
  private BootLog log = new BootLog.Absent();

  AppraiserTest() {
    Protocol.QUOTED_PCRS.forEach(pcr -> pcrs.put(pcr, value("measured " + pcr)));
    pcrs.put(11, image("1.4"));
    bindings = List.of(firmware(), image(version(1, "1.4", image("1.4"))));
  }

  @Test
  void aGoodBootIsTrustedAndBoundToItsBaselinesPcrs() {
    Appraisal appraisal = appraise();
    assertThat(appraisal.isTrusted()).isTrue();
    assertThat(appraisal.allowsRelease()).isTrue();
    assertThat(appraisal.warnings()).isEmpty();
    assertThat(appraisal.matched()).hasSize(2);
    assertThat(appraisal.releasePcrs()).containsExactly(0, 2, 7, 11);
    assertThat(appraisal.effect()).isEqualTo(Effect.UPDATE);
  }

  /** must-fail 28 and 52: nothing to judge by never means good. */
  @Test
  void withoutAnEnforcedBaselineForThePurposeNothingIsTrusted() {
    bindings = List.of();
    assertReasons(ReasonCode.NO_BASELINE);

    bindings = List.of(binding("fw", Set.of(Purpose.REPORT), null, fwVersion(1)));
    assertReasons(ReasonCode.NO_BASELINE);

    bindings = List.of(binding("fw", all(), NOW.plusSeconds(60), fwVersion(1)));
    assertReasons(ReasonCode.NO_BASELINE);
  }

  @Test
  void aBaselineWithoutAVersionThatCountsRefuses() {
    BaselineVersion ended =
        new BaselineVersion(
            UUID.randomUUID(),
            1,
            "1",
            false,
            List.of(
                new Validity(NOW.minusSeconds(100), NOW), new Validity(NOW.plusSeconds(1), null)),
            fwValues(),
            EventRules.NONE);
    bindings =
        List.of(
            firmware(), image(version(1, "1.4", image("1.4"))), binding("x", all(), null, ended));
    assertReasons(ReasonCode.NO_ACCEPTED_VERSION);
    bindings =
        List.of(firmware(), image(version(1, "1.4", image("1.4"))), binding("x", all(), null));
    assertReasons(ReasonCode.NO_ACCEPTED_VERSION);
  }

  @Test
  void anAcceptedVersionThatNamesNoPcrRefuses() {
    BaselineVersion empty =
        accepted(1, "empty", new ReferenceValues(new TreeMap<>(), new TreeMap<>()));
    bindings = List.of(image(version(1, "1.4", image("1.4"))), binding("x", all(), null, empty));
    assertReasons(ReasonCode.BASELINE_EMPTY);
  }

  @Test
  void oneEmptyVersionBesideAGoodOneRefuses() {
    BaselineVersion empty =
        accepted(2, "empty", new ReferenceValues(new TreeMap<>(), new TreeMap<>()));
    bindings = List.of(image(version(1, "1.4", image("1.4")), empty));
    assertReasons(ReasonCode.BASELINE_EMPTY);
  }

  @Test
  void everyQuotedPcrThatABaselineNamesIsCompared() {
    for (int pcr : new int[] {0, 2, 7, 11}) {
      Bytes good = Objects.requireNonNull(pcrs.put(pcr, value("tampered")));
      Appraisal appraisal = appraise();
      assertThat(codes(appraisal.reasons()))
          .as("PCR %d", pcr)
          .containsExactly(ReasonCode.PCR_MISMATCH);
      Reason.Mismatch mismatch = (Reason.Mismatch) appraisal.reasons().getFirst();
      assertThat(mismatch.differences())
          .isEqualTo(Map.of(pcr, new ReferenceValues.Difference(good, value("tampered"))));
      pcrs.put(pcr, good);
    }
  }

  /** P6: what was not quoted is unknown, and unknown is not good. */
  @Test
  void aBaselineOverAPcrThatWasNotQuotedRefuses() {
    ReferenceValues over16 =
        new ReferenceValues(sorted(Map.of(16, Bytes.zeros(32))), new TreeMap<>());
    bindings =
        List.of(
            image(version(1, "1.4", image("1.4"))),
            binding("x", all(), null, accepted(1, "a", over16)));
    assertReasons(ReasonCode.PCR_MISMATCH);
  }

  @Test
  void anyWholeAcceptedVersionPassesButNeverAMixtureOfTwo() {
    BaselineVersion a = accepted(1, "a", values(0, "a0", 2, "a2"));
    BaselineVersion b = accepted(2, "b", values(0, "b0", 2, "b2"));
    bindings = List.of(image(version(1, "1.4", image("1.4"))), binding("fw", all(), null, a, b));
    pcrs.put(0, value("a0"));
    pcrs.put(2, value("a2"));
    assertReasons();
    pcrs.put(0, value("b0"));
    pcrs.put(2, value("b2"));
    assertReasons();
    pcrs.put(0, value("a0"));
    assertReasons(ReasonCode.PCR_MISMATCH);
  }

  @Test
  void ofSeveralVersionsTheOneWithTheFewestDifferencesIsNamed() {
    BaselineVersion far = accepted(2, "far", values(0, "f0", 2, "f2", 7, "f7"));
    BaselineVersion near = accepted(1, "near", values(0, "n0", 2, "measured 2", 7, "measured 7"));
    bindings =
        List.of(image(version(1, "1.4", image("1.4"))), binding("fw", all(), null, far, near));
    Reason.Mismatch mismatch = (Reason.Mismatch) appraise().reasons().getFirst();
    assertThat(mismatch.label()).isEqualTo("near");
    assertThat(mismatch.differences()).containsOnlyKeys(0);
  }

  @Test
  void aRevokedVersionIsNamedWhenItBoots() {
    pcrs.put(11, image("1.2"));
    BaselineVersion revoked =
        new BaselineVersion(
            UUID.randomUUID(),
            1,
            "1.2",
            true,
            List.of(new Validity(NOW.minusSeconds(100), null)),
            imageValues(image("1.2")),
            EventRules.NONE);
    bindings = List.of(firmware(), image(revoked, version(2, "1.4", image("1.4"))));
    Appraisal appraisal = appraise();
    assertThat(appraisal.reasons())
        .containsExactly(
            new Reason.OfVersion(
                ReasonCode.VERSION_REVOKED, "image", "image", revoked.id(), 1, "1.2"));
  }

  @Test
  void aKnownVersionThatDoesNotCountForTheGroupIsNamed() {
    pcrs.put(11, image("1.5"));
    BaselineVersion waiting =
        new BaselineVersion(
            UUID.randomUUID(),
            2,
            "1.5",
            false,
            List.of(),
            imageValues(image("1.5")),
            EventRules.NONE);
    bindings = List.of(firmware(), image(version(1, "1.4", image("1.4")), waiting));
    assertReasons(ReasonCode.VERSION_NOT_ACCEPTED);
  }

  @Test
  void anObservedBaselineOnlyWarnsAndIsNotPartOfTheRelease() {
    BaselineVersion other = accepted(1, "new", values(5, "something else"));
    bindings =
        List.of(
            firmware(),
            image(version(1, "1.4", image("1.4"))),
            binding("boot", all(), NOW.plusSeconds(1), other));
    Appraisal appraisal = appraise();
    assertThat(appraisal.isTrusted()).isTrue();
    assertThat(codes(appraisal.warnings())).containsExactly(ReasonCode.BASELINE_OBSERVED_MISMATCH);
    assertThat(appraisal.releasePcrs()).doesNotContain(5);

    bindings =
        List.of(
            firmware(), image(version(1, "1.4", image("1.4"))), binding("boot", all(), NOW, other));
    assertReasons(ReasonCode.PCR_MISMATCH);
  }

  /** must-fail 6 and 38: in a later phase there is nothing to unlock. */
  @Test
  void aSecretIsLetGoInTheUnlockPhasesOnly() {
    Bytes image = image("1.4");
    Bytes initrd = phase(image, "enter-initrd");
    Bytes left = phase(initrd, "leave-initrd");
    for (Bytes unlocking : List.of(image, initrd)) {
      pcrs.put(11, unlocking);
      assertReasons();
    }
    for (Bytes later :
        List.of(
            phase(image, "leave-initrd"),
            left,
            phase(left, "sysinit"),
            phase(phase(left, "sysinit"), "ready"))) {
      pcrs.put(11, later);
      assertReasons(ReasonCode.WRONG_PHASE);
      purpose = Purpose.PROVISION;
      assertThat(codes(appraise().reasons())).containsExactly(ReasonCode.WRONG_PHASE);
      purpose = Purpose.REPORT;
      wanted = List.of();
      assertReasons();
      purpose = Purpose.UNLOCK;
      wanted = List.of("root");
    }
    pcrs.put(11, phase(left, "leave-initrd"));
    assertReasons(ReasonCode.PCR_MISMATCH);
  }

  @Test
  void whereNoBaselineNamesPcr11ItHasToBeUntouched() {
    bindings = List.of(firmware());
    Bytes zero = Pcr.zero(HashAlg.SHA256);
    for (Bytes untouched : List.of(zero, phase(zero, "enter-initrd"))) {
      pcrs.put(11, untouched);
      assertReasons();
      assertThat(appraise().releasePcrs()).contains(11);
    }
    for (Bytes touched :
        List.of(
            phase(zero, "leave-initrd"),
            phase(phase(zero, "enter-initrd"), "leave-initrd"),
            image("x"))) {
      pcrs.put(11, touched);
      assertReasons(ReasonCode.WRONG_PHASE);
    }
    purpose = Purpose.REPORT;
    wanted = List.of();
    assertReasons();
  }

  /** One version that says nothing of phases must not let a device in that has left the initrd. */
  @Test
  void aVersionThatNamesNoPhaseDoesNotHideThePhase() {
    BaselineVersion silent = accepted(2, "firmware only", values(0, "measured 0"));
    BaselineVersion speaking =
        accepted(
            1,
            "with image",
            new ReferenceValues(
                sorted(Map.of(0, value("measured 0"))),
                new TreeMap<>(Map.of(PhasePaths.IMAGE, image("1.4")))));
    bindings = List.of(binding("device", all(), null, silent, speaking));
    assertReasons();
    assertThat(appraise().matched()).containsExactly(speaking.id());
    pcrs.put(11, phase(phase(image("1.4"), "enter-initrd"), "leave-initrd"));
    assertReasons(ReasonCode.WRONG_PHASE);
    pcrs.put(11, image("unknown"));
    assertReasons(ReasonCode.WRONG_PHASE);
  }

  @Test
  void ofSeveralWholeMatchesTheOneThatMayUnlockCountsThenTheNewest() {
    Bytes left = phase(image("1.4"), "leave-initrd");
    BaselineVersion later = version(3, "shows a later phase", image("1.4"));
    BaselineVersion plain = version(1, "is this very image", left);
    BaselineVersion newer = version(2, "is this very image too", left);
    bindings = List.of(image(later, plain, newer));
    pcrs.put(11, left);
    assertReasons();
    assertThat(appraise().matched()).containsExactly(newer.id());
  }

  /** P7 and must-fail 18: whoever runs later can forge a register that the firmware left alone. */
  @Test
  void aRegisterOfTheFirmwareThatWasNeverExtendedRefuses() {
    for (int pcr = 0; pcr < 8; pcr++) {
      Bytes good = Objects.requireNonNull(pcrs.put(pcr, Bytes.zeros(32)));
      bindings = List.of(image(version(1, "1.4", image("1.4"))));
      assertThat(appraise().reasons())
          .containsExactly(new Reason.OfPcrs(ReasonCode.PCR_NEVER_EXTENDED, List.of(pcr)));
      pcrs.put(pcr, good);
    }
  }

  /** F8 (CVE-2018-6622): after a sleep without saved state restartCount rises and all is zero. */
  @Test
  void aTpmThatWokeWithResetRegistersRefuses() {
    clock = new TpmsClockInfo(5000, 7, 1, true);
    for (int pcr = 0; pcr < 8; pcr++) {
      pcrs.put(pcr, Bytes.zeros(32));
    }
    bindings = List.of(image(version(1, "1.4", image("1.4"))));
    assertReasons(ReasonCode.PCR_NEVER_EXTENDED);
  }

  /** P9: a bank that is not in use is closed by one extend of zeros; it shows no boot. */
  @Test
  void aCappedRegisterOfTheFirmwareRefuses() {
    pcrs.put(3, Pcr.extend(HashAlg.SHA256, Pcr.zero(HashAlg.SHA256), Bytes.zeros(32)));
    assertThat(appraise().reasons())
        .containsExactly(new Reason.OfPcrs(ReasonCode.PCR_CAPPED, List.of(3)));
  }

  @Test
  void aLogOfAConfidentialMachineRefusesAndAnUnreadableOneWarns() {
    log = new BootLog.NotOfATpm();
    assertReasons(ReasonCode.NOT_A_TPM_LOG);
    for (BootLog unread :
        List.of(new BootLog.Unreadable("LOG_EMPTY", ""), new BootLog.OfOtherBanks())) {
      log = unread;
      assertReasons();
      assertThat(codes(appraise().warnings())).containsExactly(ReasonCode.LOG_UNREADABLE);
    }
  }

  @Test
  void aVersionWithRulesNeedsALogAndSaysSo() {
    bindings = List.of(firmware(), image(version(1, "1.4", image("1.4"))), ruled(2, false));
    assertReasons(ReasonCode.LOG_MISSING);
    assertThat(appraise().releasePcrs()).doesNotContain(4);
  }

  /** A log that says something else of the values does not hide that the version is revoked. */
  @Test
  void aRevokedVersionIsNamedByItsValuesWhateverTheLogSays() {
    bindings = List.of(firmware(), image(version(1, "1.4", image("1.4"))), ruled(2, true));
    assertReasons(ReasonCode.VERSION_REVOKED);
  }

  /**
   * A baseline whose one accepted or revoked version has the booted values, and a rule on PCR 4.
   */
  private static Binding ruled(int number, boolean revoked) {
    EventRules rules = EventRules.of(Map.of(4, Set.of(value("loader"))), Map.of(), null);
    List<Validity> open = List.of(new Validity(NOW.minusSeconds(100), null));
    BaselineVersion subject =
        new BaselineVersion(
            UUID.randomUUID(), number, "r", revoked, open, values(2, "measured 2"), rules);
    BaselineVersion other =
        new BaselineVersion(
            UUID.randomUUID(), 9, "o", !revoked, open, values(2, "other"), EventRules.NONE);
    return binding("ruled", all(), null, subject, other);
  }

  /** F6 and must-fail 22: older firmware brings back what a newer one mended. */
  @Test
  void aTpmWithOlderFirmwareRefusesUntilAnOperatorSaysSo() {
    firmware = 0;
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons())).containsExactly(ReasonCode.TPM_FIRMWARE_DOWNGRADED);
    assertThat(appraisal.effect()).isEqualTo(Effect.KEEP);
    firmware = -1;
    assertThat(codes(appraise().warnings())).containsExactly(ReasonCode.FIRMWARE_CHANGED);
  }

  /** must-fail 21: counters never go back. */
  @Test
  void countersGoneBackMeanTheTpmWasCleared() {
    for (TpmState before : List.of(state(8, 0, 4000, true), state(7, 1, 4000, true))) {
      last = before;
      Appraisal appraisal = appraise();
      assertThat(codes(appraisal.reasons())).containsExactly(ReasonCode.TPM_CLEARED);
      assertThat(appraisal.effect()).isEqualTo(Effect.MARK_CLEARED);
    }
  }

  /** must-fail 21: the TPM itself says that its clock never goes back within one boot. */
  @Test
  void aClockGoneBackWithinOneBootRefusesWithoutClosingTheTpmForGood() {
    last = state(7, 0, 5001, true);
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons())).containsExactly(ReasonCode.EVIDENCE_OUT_OF_ORDER);
    assertThat(appraisal.effect()).isEqualTo(Effect.KEEP);
    last = state(7, 0, 5000, true);
    assertReasons();
    last = state(6, 0, 9000, true);
    assertReasons();
  }

  /** must-fail 50: after a power cut the TPM itself says that its clock orders nothing. */
  @Test
  void anUnsafeClockOrdersNothing() {
    last = state(7, 0, 6000, false);
    assertReasons();
    last = state(7, 0, 6000, true);
    clock = new TpmsClockInfo(5000, 7, 0, false);
    assertReasons();
  }

  @Test
  void evidenceThatMayBeOlderThanTheLastIsRefusedWithoutBlamingTheTpm() {
    last = state(8, 0, 4000, true);
    challengedAt = NOW.minusSeconds(20);
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons())).containsExactly(ReasonCode.EVIDENCE_OUT_OF_ORDER);
    assertThat(appraisal.effect()).isEqualTo(Effect.IGNORE);
  }

  @Test
  void aChangedOrVanishedSrkNameMeansTheTpmWasCleared() {
    srkName = Bytes.concat(Bytes.u16(11), Bytes.utf8("another").sha256());
    assertReasons(ReasonCode.TPM_CLEARED);
    srkName = null;
    assertReasons(ReasonCode.TPM_CLEARED);
  }

  @Test
  void anSrkNameThatWasNeverToldMayAppear() {
    last = new TpmState(7, 0, 4000, true, 1, null, false, NOW.minusSeconds(10));
    assertReasons();
    srkName = null;
    assertReasons();
  }

  @Test
  void aClearedTpmStaysRefusedUntilAnOperatorOpensANewEpoch() {
    last = new TpmState(7, 0, 4000, true, 1, SRK, true, NOW.minusSeconds(10));
    assertReasons(ReasonCode.TPM_CLEARED);
    last = null;
    assertReasons();
  }

  @Test
  void severalResetsOrOtherFirmwareOnlyWarn() {
    clock = new TpmsClockInfo(1, 8, 0, true);
    assertThat(appraise().warnings()).isEmpty();
    clock = new TpmsClockInfo(1, 9, 0, true);
    firmware = 2;
    Appraisal appraisal = appraise();
    assertThat(appraisal.isTrusted()).isTrue();
    assertThat(codes(appraisal.warnings()))
        .containsExactly(ReasonCode.RESET_JUMP, ReasonCode.FIRMWARE_CHANGED);
  }

  @Test
  void evidenceFromOutsideTheGroupsNetworksIsRefused() {
    release =
        new ReleasePolicy(
            true, List.of(network("192.0.2.0", 24), network("2001:db8::", 32)), null, 5);
    assertReasons();
    source = address("2001:db8:1::1");
    assertReasons();
    for (String outside : List.of("192.0.3.7", "2001:db9::1", "::ffff:1.2.3.4", "::192.0.2.7")) {
      source = address(outside);
      assertReasons(ReasonCode.SOURCE_NETWORK);
    }
  }

  @Test
  void aDeviceThatWasSilentForTooLongStaysRefused() {
    release = new ReleasePolicy(true, List.of(), Duration.ofSeconds(9), 5);
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons())).containsExactly(ReasonCode.SILENT_TOO_LONG);
    assertThat(appraisal.effect()).isEqualTo(Effect.KEEP);
    release = new ReleasePolicy(true, List.of(), Duration.ofSeconds(10), 5);
    assertReasons();
  }

  @Test
  void whatIsRefusedForOtherReasonsThanTrustLeavesTheDeviceTrusted() {
    release = new ReleasePolicy(false, List.of(), null, 5);
    assertRefusals(ReasonCode.RELEASES_OFF);
    release = new ReleasePolicy(true, List.of(), null, 5);
    answerable = false;
    assertRefusals(ReasonCode.ANSWER_KEY_UNKNOWN);
    answerable = true;
    volumes = Map.of();
    assertRefusals(ReasonCode.NOT_PROVISIONED);
    volumes = Map.of("root", new Volume(null, true, 0, 0));
    assertRefusals(ReasonCode.NOT_PROVISIONED);
    volumes = Map.of("root", new Volume(PIN, false, 0, 0));
    pins = List.of();
    assertRefusals(ReasonCode.VOLUME_PIN_MISSING);
    purpose = Purpose.PROVISION;
    assertRefusals(ReasonCode.ALREADY_PROVISIONED);
  }

  @Test
  void whatConcernsReleasesIsNotAskedOfEvidenceThatWantsNone() {
    purpose = Purpose.REPORT;
    wanted = List.of();
    release = new ReleasePolicy(false, List.of(), null, 5);
    answerable = false;
    assertRefusals();
  }

  @Test
  void aVolumeThatIsShownWhileAnotherIsProvisionedNeedsNoSecret() {
    purpose = Purpose.PROVISION;
    volumes = Map.of();
    assertRefusals();
  }

  /** must-fail 35: another volume asks for this one's key. */
  @Test
  void anotherVolumeIsRefusedWhateverThePurpose() {
    pins = List.of(new VolumePin("root", Bytes.utf8("swapped").sha256()));
    assertReasons(ReasonCode.VOLUME_PIN_MISMATCH);
    purpose = Purpose.PROVISION;
    wanted = List.of();
    assertReasons(ReasonCode.VOLUME_PIN_MISMATCH);
    purpose = Purpose.REPORT;
    assertReasons(ReasonCode.VOLUME_PIN_MISMATCH);
  }

  @Test
  void aPinOfAVolumeThatHasNoSecretIsRefused() {
    purpose = Purpose.PROVISION;
    wanted = List.of();
    volumes = Map.of();
    assertRefusals(ReasonCode.NOT_PROVISIONED);
    volumes = Map.of("root", new Volume(null, false, 0, 0));
    assertRefusals(ReasonCode.NOT_PROVISIONED);
    volumes = Map.of("root", new Volume(null, true, 0, 0));
    assertRefusals();
  }

  /**
   * must-fail 35: the sixth request in one boot; the wait grows from boot to boot and is bounded.
   */
  @Test
  void releasesOfOneBootAreCounted() {
    volumes = Map.of("root", new Volume(PIN, false, 4, 0));
    assertRefusals();
    int previous = 0;
    for (int boots = 1; boots <= 10; boots++) {
      volumes = Map.of("root", new Volume(PIN, false, 5, boots));
      Appraisal appraisal = appraise();
      assertThat(codes(appraisal.refusals())).containsExactly(ReasonCode.REBOOT_REQUIRED);
      int after = appraisal.rebootAfter().orElseThrow();
      assertThat(after).isGreaterThanOrEqualTo(previous).isBetween(60, 3600);
      previous = after;
    }
    assertThat(previous).isEqualTo(3600);
  }

  @Test
  void allReasonsAreGatheredAtOnce() {
    pcrs.put(0, value("tampered"));
    last = state(9, 0, 1, true);
    release = new ReleasePolicy(false, List.of(network("10.0.0.0", 8)), Duration.ofSeconds(1), 5);
    pins = List.of(new VolumePin("root", Bytes.utf8("swapped").sha256()));
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons()))
        .containsExactlyInAnyOrder(
            ReasonCode.PCR_MISMATCH,
            ReasonCode.TPM_CLEARED,
            ReasonCode.SOURCE_NETWORK,
            ReasonCode.SILENT_TOO_LONG,
            ReasonCode.VOLUME_PIN_MISMATCH);
    assertThat(codes(appraisal.refusals())).containsExactly(ReasonCode.RELEASES_OFF);
    assertThat(appraisal.effect()).isEqualTo(Effect.MARK_CLEARED);
  }

  @Test
  void noWitnessIsMadeOfAnAppraisalThatRefusesAnything() {
    Redemption redeemed = new Redemption(UUID.randomUUID());
    assertThat(Trusted.of(quote(), appraise(), redeemed)).isPresent();
    release = new ReleasePolicy(false, List.of(), null, 5);
    assertThat(Trusted.of(quote(), appraise(), redeemed)).isEmpty();
    release = new ReleasePolicy(true, List.of(), null, 5);
    pcrs.put(7, value("tampered"));
    assertThat(Trusted.of(quote(), appraise(), redeemed)).isEmpty();
  }

  @Test
  void aTpmThatNoLongerCountsAsGenuineIsNotTrustedAndEndorsedAgainItIs() {
    for (ReasonCode refusal :
        List.of(ReasonCode.EK_DENIED, ReasonCode.EK_REVOKED, ReasonCode.EK_NOT_ENDORSED)) {
      endorsementRefusal = refusal;
      assertReasons(refusal);
      assertThat(appraise().allowsRelease()).isFalse();
    }
    endorsementRefusal = null;
    assertReasons();
  }

  private void assertReasons(ReasonCode... expected) {
    assertThat(codes(appraise().reasons())).containsExactly(expected);
  }

  private void assertRefusals(ReasonCode... expected) {
    Appraisal appraisal = appraise();
    assertThat(codes(appraisal.reasons())).isEmpty();
    assertThat(codes(appraisal.refusals())).containsExactly(expected);
    assertThat(appraisal.allowsRelease()).isEqualTo(expected.length == 0);
  }

  private Appraisal appraise() {
    Claims claims =
        new Claims(
            1, purpose, wanted, KEY, "sha256", List.of(), pins, srkName, "test", List.of(), null,
            null);
    return new Appraiser()
        .appraise(
            quote(),
            MeasuredBoot.of(quote().pcrs(), log),
            claims,
            new DeviceFacts(last, volumes, endorsementRefusal),
            bindings,
            release,
            new Circumstances(NOW, challengedAt, source, answerable));
  }

  private VerifiedQuote quote() {
    return new VerifiedQuote(PcrValues.of(HashAlg.SHA256, pcrs), clock, firmware);
  }

  private static Binding firmware() {
    return binding("firmware", all(), null, fwVersion(1));
  }

  private static Binding image(BaselineVersion... versions) {
    return binding(
        "image", Set.of(Purpose.UNLOCK, Purpose.PROVISION, Purpose.REPORT), null, versions);
  }

  private static Binding binding(
      String name,
      Set<Purpose> purposes,
      @Nullable Instant observeUntil,
      BaselineVersion... versions) {
    return new Binding(name, name, purposes, observeUntil, List.of(versions));
  }

  private static Set<Purpose> all() {
    return Set.of(Purpose.values());
  }

  private static BaselineVersion fwVersion(int number) {
    return accepted(number, "fw", fwValues());
  }

  private static ReferenceValues fwValues() {
    return values(0, "measured 0", 2, "measured 2", 7, "measured 7");
  }

  private static BaselineVersion version(int number, String label, Bytes pcr11) {
    return accepted(number, label, imageValues(pcr11));
  }

  private static BaselineVersion accepted(int number, String label, ReferenceValues values) {
    return new BaselineVersion(
        UUID.randomUUID(),
        number,
        label,
        false,
        List.of(new Validity(NOW.minusSeconds(100), null)),
        values,
        EventRules.NONE);
  }

  private static ReferenceValues imageValues(Bytes pcr11) {
    return new ReferenceValues(new TreeMap<>(), new TreeMap<>(Map.of(PhasePaths.IMAGE, pcr11)));
  }

  private static ReferenceValues values(Object... pcrsAndTexts) {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    for (int i = 0; i < pcrsAndTexts.length; i += 2) {
      values.put((Integer) pcrsAndTexts[i], value((String) pcrsAndTexts[i + 1]));
    }
    return new ReferenceValues(values, new TreeMap<>());
  }

  private static SortedMap<Integer, Bytes> sorted(Map<Integer, Bytes> values) {
    return new TreeMap<>(values);
  }

  private static TpmState state(long reset, long restart, long clock, boolean safe) {
    return new TpmState(reset, restart, clock, safe, 1, SRK, false, NOW.minusSeconds(10));
  }

  private static Network network(String address, int prefix) {
    return new Network(address(address), prefix);
  }

  private static Bytes address(String literal) {
    return Bytes.copyOf(InetAddress.ofLiteral(literal).getAddress());
  }

  private static Bytes image(String version) {
    return value("image " + version);
  }

  private static Bytes phase(Bytes value, String word) {
    return Pcr.extend(HashAlg.SHA256, value, Bytes.utf8(word).sha256());
  }

  private static Bytes value(String text) {
    return Bytes.utf8(text).sha256();
  }

  private static List<ReasonCode> codes(List<Reason> reasons) {
    return reasons.stream().map(Reason::code).toList();
  }
}
