// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static io.fleetverifier.client.TpmFixture.assertNoFailedTriesCountedIn;
import static io.fleetverifier.client.TpmFixture.assertNothingLeftIn;
import static io.fleetverifier.client.TpmFixture.tpm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.testing.QuoteCheck;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.testing.SwtpmCa;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmtPublic;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpmTest {

  private static final Bytes EXTRA_DATA = Bytes.utf8("extra data").sha256();

  @TempDir Path folder;
  private Swtpm swtpm;
  private Tpm tpm;

  @BeforeEach
  void start() {
    swtpm = Swtpm.start(folder.resolve("tpm"));
    tpm = tpm(swtpm);
  }

  @AfterEach
  void stopWithNothingLeft() {
    try {
      assertNothingLeftIn(swtpm);
    } finally {
      swtpm.close();
    }
  }

  @Test
  void theAkIsTheSameAfterPowerCutsAndAfterTheTpmWasCleared() {
    TpmtPublic ak = tpm.akArea();
    assertThat(AkTemplate.P256.matches(ak)).isTrue();
    swtpm.restart();
    assertThat(tpm.akArea()).isEqualTo(ak);
    swtpm.reset();
    assertThat(tpm.akArea()).isEqualTo(ak);
    swtpm.clear();
    assertThat(tpm.akArea()).isEqualTo(ak);
  }

  @Test
  void anotherTpmHasAnotherAk() {
    try (Swtpm other = Swtpm.start(folder.resolve("other"))) {
      assertThat(tpm(other).akArea()).isNotEqualTo(tpm.akArea());
    }
  }

  @Test
  void theSrkIsTheSameUntilTheTpmIsCleared() {
    Optional<TpmName> srk = tpm.srkName();
    assertThat(srk).isPresent();
    swtpm.restart();
    assertThat(tpm.srkName()).isEqualTo(srk);
    swtpm.clearByLockout();
    assertThat(tpm.srkName()).isPresent().isNotEqualTo(srk);
  }

  @Test
  void thereIsNoSrkNameWhenTheOwnerHasAPassword() {
    swtpm.setHierarchyPassword(TpmHandles.OWNER, "secret");
    assertThat(tpm.srkName()).isEmpty();
  }

  @Test
  void anEndorsementPasswordIsToldAsSuch() {
    swtpm.setHierarchyPassword(TpmHandles.ENDORSEMENT, "secret");
    assertThatThrownBy(tpm::akArea)
        .isInstanceOfSatisfying(
            TpmUnusableException.class,
            e -> assertThat(e.why()).isEqualTo(TpmUnusableException.Why.ENDORSEMENT_PASSWORD));
  }

  @Test
  void aQuoteVerifiesWithTheAkAndCoversThePcrsOfTheProtocol() {
    swtpm.extend(11, Bytes.utf8("enter-initrd"));
    Quoted quoted = tpm.quote(EXTRA_DATA);
    TpmsAttest attest = TpmsAttest.decode(quoted.attest());
    assertThat(QuoteCheck.verifies(tpm.akArea(), quoted.attest(), quoted.signature())).isTrue();
    assertThat(attest.extraData()).isEqualTo(EXTRA_DATA);
    assertThat(attest.quote().orElseThrow().pcrSelect().encode())
        .isEqualTo(Bytes.fromHex("00000001000b03fffb00"));
    assertThat(quoted.values().values().keySet()).containsExactlyElementsOf(Protocol.QUOTED_PCRS);
    assertThat(quoted.values().digest(HashAlg.SHA256))
        .isEqualTo(attest.quote().orElseThrow().pcrDigest());
    assertThat(quoted.clock()).isEqualTo(attest.clockInfo());
    assertThat(
            QuoteCheck.verifies(
                tpm.akArea(), Bytes.concat(quoted.attest(), Bytes.of(0)), quoted.signature()))
        .isFalse();
  }

  @Test
  void countersInAQuoteAreThoseOfTheTpmItself() {
    swtpm.reset();
    swtpm.reset();
    swtpm.tpmRestart();
    Quoted quoted = tpm.quote(EXTRA_DATA);
    assertThat(quoted.clock().resetCount()).isEqualTo(tpm.clock().resetCount());
    assertThat(quoted.clock().restartCount()).isEqualTo(1).isEqualTo(tpm.clock().restartCount());
  }

  @Test
  void sixPowerCutsDoNotLockTheTpmOut() {
    for (int boot = 0; boot < 6; boot++) {
      assertThat(tpm.quote(EXTRA_DATA).values().values()).hasSize(15);
      assertThat(tpm.srkName()).isPresent();
      swtpm.restart();
    }
    assertThat(tpm.quote(EXTRA_DATA).values().values()).hasSize(15);
    assertNoFailedTriesCountedIn(swtpm);
  }

  @Test
  void aMeasurementReachesEveryBank() {
    tpm.measure(11, Bytes.utf8("leave-initrd"));
    for (HashAlg bank : List.of(HashAlg.SHA1, HashAlg.SHA256, HashAlg.SHA384)) {
      Bytes expected =
          bank.digest(Bytes.zeros(bank.size()), bank.digest(Bytes.utf8("leave-initrd")));
      assertThat(tpm.pcrRead(bank, List.of(11)).get(11)).as(bank.toString()).contains(expected);
    }
  }

  @Test
  void everyTpmShowsBothLowRangeKeysAndNoMore() {
    List<Endorsement> shown = tpm.endorsements();
    assertThat(shown)
        .extracting(Endorsement::template)
        .containsExactly(EkTemplate.L1, EkTemplate.L2);
    for (Endorsement ek : shown) {
      assertThat(ek.template().matches(ek.area())).isTrue();
      assertThat(ek.area().keyProblem()).isEmpty();
      assertThat(ek.certificate()).isEmpty();
      assertThat(tpm.ekArea(ek.template())).isEqualTo(ek.area());
    }
    assertThat(tpm.endorsementChain()).isEmpty();
  }

  @Test
  void aCertifiedTpmShowsItsHighRangeKeyAndCertificatesForItsKeys() throws Exception {
    SwtpmCa ca = SwtpmCa.in(folder.resolve("ca"));
    try (Swtpm certified = Swtpm.startWithEkCertificates(folder.resolve("certified"), ca)) {
      Tpm device = tpm(certified);
      List<Endorsement> shown = device.endorsements();
      assertThat(shown)
          .extracting(Endorsement::template)
          .containsExactly(EkTemplate.L1, EkTemplate.L2, EkTemplate.H3);
      assertThat(shown.get(1).certificate()).isEmpty();
      for (Endorsement ek : List.of(shown.get(0), shown.get(2))) {
        X509Certificate certificate = certificate(ek.certificate().orElseThrow());
        certificate.verify(ca.issuer().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(ek.area().toPublicKey());
      }
      assertNothingLeftIn(certified);
      assertTheKeysSurviveAClearThatDeletesTheirHandles(certified, shown);
    }
  }

  private static void assertTheKeysSurviveAClearThatDeletesTheirHandles(
      Swtpm certified, List<Endorsement> shown) {
    assertThat(TpmFixture.system(certified).handles(0x81000000)).isNotEmpty();
    certified.clear();
    assertThat(TpmFixture.system(certified).handles(0x81000000)).isEmpty();
    assertThat(tpm(certified).endorsements())
        .extracting(Endorsement::area)
        .containsExactlyElementsOf(shown.stream().map(Endorsement::area).toList());
  }

  private static X509Certificate certificate(Bytes der) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(der.toArray()));
  }

  @Test
  void aCertificateForAKeyOfTheVendorsOwnTemplateIsRefused() {
    swtpm.defineNvIndex(0x01c00002, Bytes.fromHex("3003020105"));
    assertThat(tpm.endorsements().get(0).certificate()).contains(Bytes.fromHex("3003020105"));
    swtpm.defineNvIndex(0x01c00004, Bytes.fromHex("0001"));
    assertThatThrownBy(tpm::endorsements)
        .isInstanceOfSatisfying(
            TpmUnusableException.class,
            e -> assertThat(e.why()).isEqualTo(TpmUnusableException.Why.OWN_EK_TEMPLATE));
  }

  @Test
  void paddingBehindACertificateIsCutAndWhatIsNoCertificateIsNone() {
    swtpm.defineNvIndex(0x01c00002, Bytes.fromHex("3003020105ffffffff"));
    swtpm.defineNvIndex(0x01c0000a, Bytes.fromHex("ffffffff"));
    List<Endorsement> shown = tpm.endorsements();
    assertThat(shown.get(0).certificate()).contains(Bytes.fromHex("3003020105"));
    assertThat(shown.get(1).certificate()).isEmpty();
  }

  @Test
  void theVendorsChainIsReadFromSeveralIndexesInOrder() {
    swtpm.defineNvIndex(0x01c00101, Bytes.fromHex("05300302010600"));
    swtpm.defineNvIndex(0x01c00100, Bytes.fromHex("30030201"));
    assertThat(tpm.endorsementChain())
        .containsExactly(Bytes.fromHex("3003020105"), Bytes.fromHex("3003020106"));
  }

  @Test
  void aLargeIndexIsReadInSeveralCommands() {
    byte[] der = new byte[1500];
    der[0] = 0x30;
    der[1] = (byte) 0x82;
    der[2] = (byte) ((der.length - 4) >> 8);
    der[3] = (byte) (der.length - 4);
    der[1499] = 7;
    swtpm.defineNvIndex(0x01c00002, Bytes.copyOf(der));
    assertThat(tpm.endorsements().get(0).certificate()).contains(Bytes.copyOf(der));
  }

  @Test
  void aPersistentKeyOfAnotherHierarchyIsNotTakenForTheEndorsementKey() {
    TpmtPublic genuine = tpm.ekArea(EkTemplate.L2);
    swtpm.persistPrimary(TpmHandles.OWNER, EkTemplate.L2.template(), 0x81000005);
    assertThat(tpm.ekArea(EkTemplate.L2)).isEqualTo(genuine);
    swtpm.persistPrimary(TpmHandles.ENDORSEMENT, EkTemplate.L2.template(), 0x81000006);
    assertThat(tpm.ekArea(EkTemplate.L2)).isEqualTo(genuine);
  }

  @Test
  void aSoftwareTpmTellsItsMaker() {
    assertThat(tpm.manufacturer()).isEqualTo("IBM");
    assertThat(tpm.firmwareVersion()).isNotZero();
    assertThatCode(tpm::requireReleases).doesNotThrowAnyException();
  }

  @Test
  void aTpmThatCannotImportIsToldBeforeAnythingIsAskedFor() {
    // GetCapability(commands) of a TPM whose next command after 0x156 is TPM2_Load.
    Bytes answer = Bytes.fromHex("80010000001700000000010000000200000001" + "04000157");
    Tpm without =
        tpm(new io.fleetverifier.testing.ScriptedTransport(new java.util.ArrayList<>(), answer));
    assertThatThrownBy(without::requireReleases)
        .isInstanceOfSatisfying(
            TpmUnusableException.class,
            e -> assertThat(e.why()).isEqualTo(TpmUnusableException.Why.RELEASE_UNSUPPORTED));
  }
}
