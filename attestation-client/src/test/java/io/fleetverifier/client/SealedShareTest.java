// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static io.fleetverifier.client.TpmFixture.assertNoFailedTriesCountedIn;
import static io.fleetverifier.client.TpmFixture.assertNothingLeftIn;
import static io.fleetverifier.client.TpmFixture.tpm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.testing.RecordingTransport;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.PolicyDigest;
import io.fleetverifier.tpm.SealedObject;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.transport.TpmTransport;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shares that the server's side sealed, in a real TPM: they open in this TPM, in this state of the
 * PCRs, in this boot, and nowhere else.
 */
class SealedShareTest {

  private static final byte[] SHARE = Bytes.utf8("share").sha256().toArray();
  private static final List<Integer> PCRS = List.of(0, 2, 4, 7, 11, 12);

  @TempDir Path folder;
  private Swtpm swtpm;
  private Tpm tpm;

  @BeforeEach
  void start() {
    swtpm = Swtpm.start(folder.resolve("tpm"));
    tpm = tpm(swtpm);
    boot(swtpm);
  }

  @AfterEach
  void stopWithNothingLeft() {
    try {
      assertNothingLeftIn(swtpm);
      assertNoFailedTriesCountedIn(swtpm);
    } finally {
      swtpm.close();
    }
  }

  /** What firmware and initrd measure. */
  private static void boot(Swtpm machine) {
    for (int pcr : new int[] {0, 2, 4, 7}) {
      machine.extend(pcr, Bytes.utf8("firmware " + pcr));
    }
    machine.extend(11, Bytes.utf8("enter-initrd"));
  }

  private Quoted quote() {
    return tpm.quote(Bytes.utf8("challenge").sha256());
  }

  /** As the server seals: to the quoted values and counters. */
  private static SealedShare seal(EkTemplate template, TpmtPublic ek, Quoted quoted) {
    PcrValues pcrs = quoted.values().subset(PCRS);
    PolicyDigest policy =
        PolicyDigest.start(HashAlg.SHA256)
            .policyPcr(pcrs.selection(), pcrs.digest(HashAlg.SHA256))
            .policyCounterTimer(quoted.clock().resetCount(), quoted.clock().restartCount());
    try (SecretBytes share = SecretBytes.copyOf(SHARE)) {
      SealedObject object = SealedObject.make(ek, share, policy.value(), new SecureRandom());
      return new SealedShare(
          template, ek.name(), object.objectPublic(), object.duplicate(), object.inSymSeed());
    }
  }

  private SealedShare seal(EkTemplate template, Quoted quoted) {
    return seal(template, tpm.ekArea(template), quoted);
  }

  private static SecretBytes open(Tpm tpm, SealedShare share, Quoted quoted) {
    return tpm.openShare(share, quoted.values().subset(PCRS), quoted.clock());
  }

  private void assertOpens(SealedShare share, Quoted quoted) {
    try (SecretBytes opened = open(tpm, share, quoted)) {
      assertThat(opened.revealBytes()).isEqualTo(SHARE);
    }
    assertNothingLeftIn(swtpm);
  }

  private void assertRefused(SealedShare share, Quoted quoted, String code) {
    assertThatThrownBy(() -> open(tpm, share, quoted).close())
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining(code);
    assertNothingLeftIn(swtpm);
  }

  @ParameterizedTest
  @EnumSource(
      value = EkTemplate.class,
      names = {"L1", "L2", "H1", "H2", "H3"})
  void aShareOpensInTheBootItWasSealedFor(EkTemplate template) {
    Quoted quoted = quote();
    assertOpens(seal(template, quoted), quoted);
  }

  @Test
  void aPersistentEkOpensAShareToo() {
    swtpm.persistPrimary(TpmHandles.ENDORSEMENT, EkTemplate.L1.template(), 0x81010001);
    Quoted quoted = quote();
    assertOpens(seal(EkTemplate.L1, quoted), quoted);
  }

  @Test
  void theShareNeverCrossesTheBusInClear() {
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.L2, EkTemplate.H3)) {
      RecordingTransport bus = new RecordingTransport(swtpm.transport());
      Quoted quoted = quote();
      SealedShare sealed = seal(template, quoted);
      try (SecretBytes opened = open(tpm(bus), sealed, quoted)) {
        assertThat(opened.revealBytes()).isEqualTo(SHARE);
      }
      assertThat(bus.messages()).hasSizeGreaterThan(16);
      for (int at = 0; at + 8 <= SHARE.length; at += 8) {
        assertThat(bus.heard(java.util.Arrays.copyOfRange(SHARE, at, at + 8))).isFalse();
      }
    }
  }

  @Test
  void afterTheBootPhaseWasClosedNothingOpens() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    tpm.measure(11, Bytes.utf8("leave-initrd"));
    assertRefused(sealed, quoted, "TPM2_PolicyPCR answered 0x1c4");
  }

  @Test
  void withThePresentValuesInsteadOfTheQuotedOnesNothingOpensEither() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    tpm.measure(11, Bytes.utf8("leave-initrd"));
    assertRefused(sealed, quote(), "TPM2_Unseal answered 0x99d");
  }

  @Test
  void aPcrThatIsNotBoundMayChange() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    swtpm.extend(10, Bytes.utf8("ima"));
    swtpm.extend(5, Bytes.utf8("boot entry"));
    assertOpens(sealed, quoted);
  }

  @Test
  void aResetAPowerCutARestartAndAResumeEndTheShare() {
    List<Runnable> events =
        List.of(
            () -> rebooted(swtpm::reset),
            () -> rebooted(swtpm::restart),
            () -> rebooted(swtpm::tpmRestart),
            swtpm::tpmResume);
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.H3)) {
      for (Runnable event : events) {
        Quoted quoted = quote();
        SealedShare sealed = seal(template, quoted);
        assertOpens(sealed, quoted);
        event.run();
        Quoted now = quote();
        assertThat(now.values()).as("the same PCRs").isEqualTo(quoted.values());
        assertRefused(sealed, quoted, "TPM2_PolicyCounterTimer answered 0x126");
        assertRefused(sealed, now, "TPM2_Unseal answered 0x99d");
      }
    }
  }

  private void rebooted(Runnable event) {
    event.run();
    boot(swtpm);
  }

  @Test
  void anotherTpmRefusesByTheNameOfTheEkAlready() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    try (Swtpm other = Swtpm.start(folder.resolve("other"))) {
      boot(other);
      assertThatThrownBy(() -> open(tpm(other), sealed, quoted).close())
          .isInstanceOf(ReleaseRefusedException.class)
          .hasMessageContaining("another TPM");
      assertNothingLeftIn(other);
    }
  }

  @Test
  void anotherTpmCannotImportWhatWasSealedForThisOne() {
    Quoted quoted = quote();
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.L2, EkTemplate.H3)) {
      try (Swtpm other = Swtpm.start(folder.resolve("other" + template))) {
        SealedShare foreign = seal(template, tpm(other).ekArea(template), quoted);
        SealedShare relabelled =
            new SealedShare(
                template,
                tpm.ekArea(template).name(),
                foreign.objectPublic(),
                foreign.duplicate(),
                foreign.inSymSeed());
        assertRefused(relabelled, quoted, "TPM2_Import answered");
      }
    }
  }

  @Test
  void aBitFlippedInAnyPartIsRefused() {
    Quoted quoted = quote();
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.H3)) {
      SealedShare sealed = seal(template, quoted);
      for (int at = 0; at < sealed.objectPublic().size(); at += 5) {
        Bytes flipped = Flip.bit(sealed.objectPublic(), at);
        assertRefused(
            with(sealed, flipped, sealed.duplicate(), sealed.inSymSeed()), quoted, "the ");
      }
      for (int at = 0; at < sealed.duplicate().size(); at += 11) {
        Bytes flipped = Flip.bit(sealed.duplicate(), at);
        assertRefused(
            with(sealed, sealed.objectPublic(), flipped, sealed.inSymSeed()),
            quoted,
            "TPM2_Import answered");
      }
      for (int at = 0; at < sealed.inSymSeed().size(); at += 23) {
        Bytes flipped = Flip.bit(sealed.inSymSeed(), at);
        assertRefused(
            with(sealed, sealed.objectPublic(), sealed.duplicate(), flipped),
            quoted,
            "TPM2_Import answered");
      }
    }
  }

  private static SealedShare with(
      SealedShare share, Bytes objectPublic, Bytes duplicate, Bytes inSymSeed) {
    return new SealedShare(share.template(), share.ekName(), objectPublic, duplicate, inSymSeed);
  }

  /**
   * TPM2_Clear zeroes the counters and keeps the EK, so the TPM alone does not tell two boots apart
   * whose counters were counted up to the same values. That is why a share opens nothing by itself.
   */
  @Test
  void afterAClearAndCountersCountedUpAgainTheShareOpensAgain() {
    swtpm.clear();
    swtpm.reset();
    swtpm.reset();
    boot(swtpm);
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    swtpm.clear();
    swtpm.reset();
    swtpm.reset();
    boot(swtpm);
    assertThat(quote().clock().resetCount()).isEqualTo(quoted.clock().resetCount());
    assertOpens(sealed, quoted);
  }

  @Test
  void sixPowerCutsWithAReleaseEachDoNotLockTheTpmOut() {
    for (int power = 0; power < 6; power++) {
      Quoted quoted = quote();
      assertOpens(seal(EkTemplate.L1, quoted), quoted);
      assertOpens(seal(EkTemplate.H3, quoted), quoted);
      assertNoFailedTriesCountedIn(swtpm);
      rebooted(swtpm::restart);
    }
  }

  /** IMA extends PCR 10 whenever it likes; that undoes a satisfied PCR policy. */
  @Test
  void aPcrExtendedBetweenPolicyAndUnsealMakesThePolicyBeSatisfiedAgain() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    Meddler ima = new Meddler(5);
    try (SecretBytes opened = open(tpm(ima), sealed, quoted)) {
      assertThat(opened.revealBytes()).isEqualTo(SHARE);
    }
    assertThat(ima.unseals).isEqualTo(6);
  }

  @Test
  void aPcrExtendedForEverIsGivenUpAfterThirtyTries() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    Meddler ima = new Meddler(Integer.MAX_VALUE);
    assertThatThrownBy(() -> open(tpm(ima), sealed, quoted).close())
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining("PCR_CHANGED");
    assertThat(ima.unseals).isEqualTo(30);
  }

  /** Extends PCR 10 right before TPM2_Unseal. */
  private final class Meddler implements TpmTransport {
    private final TpmTransport wire = swtpm.transport();
    private final int times;
    private int unseals;

    Meddler(int times) {
      this.times = times;
    }

    @Override
    public Bytes transmit(Bytes command) {
      if (command.slice(6, 10).equals(Bytes.u32(0x15e)) && unseals++ < times) {
        swtpm.extend(10, Bytes.utf8("ima"));
      }
      return wire.transmit(command);
    }

    @Override
    public void close() {}
  }

  @Test
  void countersMustBeThoseOfTheQuoteItself() {
    Quoted quoted = quote();
    SealedShare sealed = seal(EkTemplate.L2, quoted);
    TpmsClockInfo other =
        new TpmsClockInfo(0, quoted.clock().resetCount(), quoted.clock().restartCount() + 1, true);
    assertRefused(
        sealed,
        new Quoted(quoted.attest(), quoted.signature(), quoted.values(), other),
        "TPM2_PolicyCounterTimer answered 0x126");
  }
}
