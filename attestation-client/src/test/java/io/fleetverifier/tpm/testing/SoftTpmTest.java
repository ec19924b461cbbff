// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuAttest;
import java.security.GeneralSecurityException;
import java.security.Signature;
import org.junit.jupiter.api.Test;

/** The software TPM behaves as a TPM, and each lie changes what it says it changes. */
class SoftTpmTest {

  private static final Bytes NONCE = Bytes.utf8("nonce").sha256();
  private static final PcrSelection SELECTION = PcrSelection.of(HashAlg.SHA256, 0, 7, 11);

  private final SoftTpm tpm = SoftTpm.seeded("device");

  @Test
  void theSameSeedGivesTheSameKeysInAnyOrder() {
    SoftTpm again = SoftTpm.seeded("device");
    Bytes ekFirst = again.ek(EkTemplate.L1).encode();
    assertThat(again.ak()).isEqualTo(tpm.ak());
    assertThat(tpm.ek(EkTemplate.L1).encode()).isEqualTo(ekFirst);
    assertThat(SoftTpm.seeded("other").ak()).isNotEqualTo(tpm.ak());
  }

  @Test
  void clearingChangesTheStorageRootKeyOnly() {
    TpmtPublic srk = tpm.srk();
    TpmtPublic ak = tpm.ak();
    TpmtPublic ek = tpm.ek(EkTemplate.H3);
    tpm.reset();
    tpm.clear();
    assertThat(tpm.srk()).isNotEqualTo(srk);
    assertThat(tpm.ak()).isEqualTo(ak);
    assertThat(tpm.ek(EkTemplate.H3)).isEqualTo(ek);
    assertThat(tpm.clockInfo()).isEqualTo(new TpmsClockInfo(0, 0, 0, true));
  }

  @Test
  void countersCountAsTheTpmCountsThem() {
    tpm.restart();
    tpm.reset();
    tpm.restart();
    tpm.restart();
    assertThat(tpm.clockInfo().resetCount()).isEqualTo(1);
    assertThat(tpm.clockInfo().restartCount()).isEqualTo(2);
  }

  @Test
  void registersStartAnewWithTheTpm() {
    tpm.event(7, Bytes.utf8("event"));
    assertThat(tpm.pcrs(7).get(7).orElseThrow().isAllZero()).isFalse();
    tpm.reset();
    assertThat(tpm.pcrs(7, 17).get(7)).contains(Bytes.zeros(32));
    assertThat(tpm.pcrs(17).get(17)).contains(Bytes.fromHex("ff".repeat(32)));
  }

  @Test
  void anHonestQuoteSaysWhatIsTrueAndIsSigned() throws GeneralSecurityException {
    tpm.event(11, Bytes.utf8("kernel"));
    SignedQuote quote = tpm.quote(NONCE, SELECTION);
    TpmsAttest attest = TpmsAttest.decode(quote.attest());
    assertThat(attest.hasTpmMagic()).isTrue();
    assertThat(attest.extraData()).isEqualTo(NONCE);
    assertThat(attest.clockInfo()).isEqualTo(tpm.clockInfo());
    assertThat(attest.qualifiedSigner())
        .isEqualTo(tpm.akName().qualifiedUnder(TpmHandles.ENDORSEMENT).value());
    assertThat(attest.quote().orElseThrow().pcrSelect()).isEqualTo(SELECTION);
    assertThat(attest.quote().orElseThrow().pcrDigest())
        .isEqualTo(tpm.pcrs(0, 7, 11).digest(HashAlg.SHA256));
    assertThat(isSignedByAk(quote)).isTrue();
  }

  private boolean isSignedByAk(SignedQuote quote) throws GeneralSecurityException {
    TpmtSignature.Ecdsa ecdsa = (TpmtSignature.Ecdsa) TpmtSignature.decode(quote.signature());
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(tpm.ak().toPublicKey());
    verifier.update(quote.attest().toArray());
    return verifier.verify(Bytes.concat(ecdsa.r(), ecdsa.s()).toArray());
  }

  @Test
  void eachLieChangesOneMemberAndIsSignedByTheAk() throws GeneralSecurityException {
    TpmsAttest truth = TpmsAttest.decode(tpm.quote(NONCE, SELECTION).attest());
    TpmsClockInfo otherClock = new TpmsClockInfo(1, 2, 3, false);
    assertLie(
        forge().withMagic(0xff544348L),
        new TpmsAttest(
            0xff544348L,
            truth.qualifiedSigner(),
            NONCE,
            truth.clockInfo(),
            truth.firmwareVersion(),
            truth.attested()));
    assertLie(
        forge().withQualifiedSigner(Bytes.EMPTY),
        new TpmsAttest(
            truth.magic(),
            Bytes.EMPTY,
            NONCE,
            truth.clockInfo(),
            truth.firmwareVersion(),
            truth.attested()));
    assertLie(
        forge().withExtraData(Bytes.of(1)),
        new TpmsAttest(
            truth.magic(),
            truth.qualifiedSigner(),
            Bytes.of(1),
            truth.clockInfo(),
            truth.firmwareVersion(),
            truth.attested()));
    assertLie(
        forge().withClockInfo(otherClock),
        new TpmsAttest(
            truth.magic(),
            truth.qualifiedSigner(),
            NONCE,
            otherClock,
            truth.firmwareVersion(),
            truth.attested()));
    assertLie(
        forge().withFirmwareVersion(9),
        new TpmsAttest(
            truth.magic(), truth.qualifiedSigner(), NONCE, truth.clockInfo(), 9, truth.attested()));
    TpmuAttest certify = new TpmuAttest.Certify(tpm.akName().value(), Bytes.EMPTY);
    assertLie(
        forge().withStatement(certify),
        new TpmsAttest(
            truth.magic(),
            truth.qualifiedSigner(),
            NONCE,
            truth.clockInfo(),
            truth.firmwareVersion(),
            certify));
  }

  private void assertLie(QuoteForge forge, TpmsAttest expected) throws GeneralSecurityException {
    SignedQuote lie = forge.sign();
    assertThat(TpmsAttest.decode(lie.attest())).isEqualTo(expected);
    assertThat(isSignedByAk(lie)).isTrue();
  }

  private QuoteForge forge() {
    return tpm.forge(NONCE, SELECTION);
  }

  @Test
  void liesAboutRegistersKeepTheOtherHalf() {
    PcrSelection other = PcrSelection.of(HashAlg.SHA256, 1);
    Bytes digest = tpm.pcrs(0, 7, 11).digest(HashAlg.SHA256);
    TpmsAttest selection = TpmsAttest.decode(forge().withSelection(other).sign().attest());
    assertThat(selection.quote().orElseThrow().pcrSelect()).isEqualTo(other);
    assertThat(selection.quote().orElseThrow().pcrDigest()).isEqualTo(digest);
    TpmsAttest values = TpmsAttest.decode(forge().withPcrDigest(NONCE).sign().attest());
    assertThat(values.quote().orElseThrow().pcrSelect()).isEqualTo(SELECTION);
    assertThat(values.quote().orElseThrow().pcrDigest()).isEqualTo(NONCE);
  }

  @Test
  void anotherTypeStandsOverTheBodyOfAQuote() {
    Bytes truth = tpm.quote(NONCE, SELECTION).attest();
    Bytes lie = forge().withType(TpmuAttest.TIME).sign().attest();
    assertThat(lie.slice(4, 6)).isEqualTo(Bytes.u16(0x8019));
    assertThat(lie.slice(6)).isEqualTo(truth.slice(6));
  }

  @Test
  void otherKeysSignInTheirOwnScheme() throws GeneralSecurityException {
    SoftKey rsa = tpm.rsaAkKey();
    assertThat(TpmtSignature.decode(forge().signedBy(rsa).sign().signature()))
        .isInstanceOf(TpmtSignature.Rsassa.class);
    assertThat(TpmtSignature.decode(forge().signedWithPssBy(rsa, 32).sign().signature()))
        .isInstanceOf(TpmtSignature.Rsapss.class);
    assertThat(
            TpmtSignature.decode(forge().withSignatureHash(HashAlg.SHA384).sign().signature())
                .hash())
        .isEqualTo(HashAlg.SHA384);
    assertThat(isSignedByAk(forge().signedBy(tpm.unrestrictedKey()).sign())).isFalse();
  }

  @Test
  void theUnrestrictedKeyDiffersFromAnAttestationKeyInThatOneBit() {
    TpmtPublic key = tpm.unrestrictedKey().area();
    assertThat(key.attributes().restricted()).isFalse();
    assertThat(key.parameters()).isEqualTo(AkTemplate.P256.template().parameters());
    assertThat(key.attributes().bits() ^ tpm.ak().attributes().bits()).isEqualTo(1 << 16);
  }
}
