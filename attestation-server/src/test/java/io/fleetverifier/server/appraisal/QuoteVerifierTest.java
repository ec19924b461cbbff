// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.appraisal.Verification.Authentic;
import io.fleetverifier.server.appraisal.Verification.Fault;
import io.fleetverifier.server.appraisal.Verification.Unverifiable;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuAttest;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.TpmuPublicParms;
import io.fleetverifier.tpm.testing.QuoteForge;
import io.fleetverifier.tpm.testing.SignedQuote;
import io.fleetverifier.tpm.testing.SoftKey;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One negative for each check of {@link QuoteVerifier}, signed as the lie needs it. */
class QuoteVerifierTest {
  private static final PcrSelection ASKED = PcrSelection.of(HashAlg.SHA256, Protocol.QUOTED_PCRS);

  private final QuoteVerifier verifier = new QuoteVerifier();
  private final SoftTpm tpm = SoftTpm.seeded("quote verifier");
  private final EnrolledKey key = enrolled(tpm.ak());
  private final Bytes extraData = Bytes.utf8("what this challenge calls for").sha256();

  @Test
  void aTrueQuoteIsAuthenticAndGivesItsFacts() {
    tpm.event(4, Bytes.utf8("boot loader"));
    Verification verification = verify(tpm.quote(extraData, ASKED));
    assertThat(verification).isInstanceOf(Authentic.class);
    VerifiedQuote quote = ((Authentic) verification).quote();
    assertThat(quote.pcrs()).isEqualTo(tpm.pcrs(HashAlg.SHA256, Protocol.QUOTED_PCRS));
    assertThat(quote.clock()).isEqualTo(tpm.clockInfo());
    assertThat(quote.firmwareVersion()).isEqualTo(SoftTpm.FIRMWARE_VERSION);
  }

  /** must-fail 19: trailing octets; unknown, null and HMAC schemes. */
  @Test
  void aSignatureThatDoesNotDecodeIsRefused() {
    SignedQuote quote = tpm.quote(extraData, ASKED);
    Bytes signature = quote.signature();
    refused(Fault.SIGNATURE_MALFORMED, quote.attest(), Bytes.concat(signature, Bytes.of(0)));
    refused(Fault.SIGNATURE_MALFORMED, quote.attest(), signature.slice(0, signature.size() - 1));
    for (String scheme : List.of("0010", "0005", "001a", "001b")) {
      refused(
          Fault.SIGNATURE_MALFORMED,
          quote.attest(),
          Bytes.concat(Bytes.fromHex(scheme), signature.slice(2)));
    }
  }

  /** must-fail 19: the sender chooses neither scheme nor hash. */
  @Test
  void aSignatureOfAnotherSchemeOrHashThanTheKeysIsRefused() {
    refused(
        Fault.SCHEME_NOT_OF_KEY,
        tpm.forge(extraData, ASKED).withSignatureHash(HashAlg.SHA384).sign());
    refused(
        Fault.SCHEME_NOT_OF_KEY,
        tpm.forge(extraData, ASKED).withSignatureHash(HashAlg.SHA1).sign());
    SoftKey rsa = tpm.rsaAkKey();
    SignedQuote relabelled = tpm.forge(rsa, extraData, ASKED).signedWithPssBy(rsa, 32).sign();
    assertThat(verify(enrolled(rsa.area()), relabelled, values()))
        .isEqualTo(new Unverifiable(Fault.SCHEME_NOT_OF_KEY));
  }

  /** must-fail 20: one bit, anywhere. */
  @Test
  void everyFlippedBitOfQuoteOrSignatureIsRefused() {
    SignedQuote quote = tpm.quote(extraData, ASKED);
    for (int bit = 0; bit < quote.attest().size() * 8; bit++) {
      assertThat(verify(new SignedQuote(flip(quote.attest(), bit), quote.signature())))
          .as("quote bit %d", bit)
          .isInstanceOf(Unverifiable.class);
    }
    for (int bit = 0; bit < quote.signature().size() * 8; bit++) {
      assertThat(verify(new SignedQuote(quote.attest(), flip(quote.signature(), bit))))
          .as("signature bit %d", bit)
          .isInstanceOf(Unverifiable.class);
    }
  }

  @Test
  void anotherKeysSignatureIsRefused() {
    refused(Fault.SIGNATURE_WRONG, SoftTpm.seeded("another").quote(extraData, ASKED));
  }

  @Test
  void ecdsaNumbersOutOfRangeAreRefused() {
    SignedQuote quote = tpm.quote(extraData, ASKED);
    String n = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    Bytes one = Bytes.fromHex("0001" + "01");
    Bytes zero = Bytes.fromHex("0001" + "00");
    Bytes empty = Bytes.fromHex("0000");
    Bytes order = Bytes.fromHex("0020" + n);
    for (Bytes r : List.of(zero, empty, order)) {
      for (Bytes s : List.of(one, r)) {
        Bytes forged = Bytes.concat(Bytes.fromHex("0018000b"), r, s);
        refused(Fault.SIGNATURE_WRONG, quote.attest(), forged);
        forged = Bytes.concat(Bytes.fromHex("0018000b"), s, r);
        refused(Fault.SIGNATURE_WRONG, quote.attest(), forged);
      }
    }
  }

  @Test
  void aQuoteWithAnOctetTooManyOrTooFewIsRefusedEvenWhenSigned() {
    refused(
        Fault.QUOTE_MALFORMED,
        tpm.forge(extraData, ASKED).spoiled(q -> Bytes.concat(q, Bytes.of(0))).sign());
    refused(
        Fault.QUOTE_MALFORMED,
        tpm.forge(extraData, ASKED).spoiled(q -> q.slice(0, q.size() - 1)).sign());
    refused(
        Fault.QUOTE_MALFORMED,
        tpm.forge(extraData, ASKED).spoiled(q -> Bytes.concat(Bytes.u16(q.size()), q)).sign());
  }

  /** must-fail 13. */
  @Test
  void whatNoTpmMadeIsRefused() {
    refused(Fault.NOT_MADE_BY_A_TPM, tpm.forge(extraData, ASKED).withMagic(0xff544348L).sign());
  }

  /** must-fail 14: everything else that the same key signs. */
  @Test
  void aStatementThatIsNoQuoteIsRefused() {
    Bytes digest = Bytes.zeros(32);
    Bytes name = tpm.akName().value();
    List<TpmuAttest> others =
        List.of(
            new TpmuAttest.Certify(name, name),
            new TpmuAttest.Creation(name, digest),
            new TpmuAttest.Nv(name, 0, digest),
            new TpmuAttest.SessionAudit(false, digest));
    for (TpmuAttest other : others) {
      refused(Fault.NOT_A_QUOTE, tpm.forge(extraData, ASKED).withStatement(other).sign());
    }
    assertThat(verify(tpm.forge(extraData, ASKED).withType(0x8017).sign()))
        .isInstanceOf(Unverifiable.class);
  }

  @Test
  void anotherSignerThanTheKeyOnRecordIsRefused() {
    for (Bytes signer :
        List.of(
            Bytes.EMPTY,
            TpmName.ofHandle(TpmHandles.NULL).value(),
            tpm.akName().value(),
            tpm.akName().qualifiedUnder(TpmHandles.OWNER).value(),
            SoftTpm.seeded("b").akName().qualifiedUnder(TpmHandles.ENDORSEMENT).value())) {
      refused(
          Fault.SIGNER_NOT_THE_KEY, tpm.forge(extraData, ASKED).withQualifiedSigner(signer).sign());
    }
  }

  /** must-fail 2 and 3: no nonce, a prefix of it, another one. */
  @Test
  void anotherExtraDataIsRefused() {
    for (Bytes other :
        List.of(Bytes.EMPTY, extraData.slice(0, 31), flip(extraData, 255), Bytes.zeros(32))) {
      refused(Fault.EXTRA_DATA_WRONG, tpm.quote(other, ASKED));
    }
  }

  /**
   * must-fail 15 and 17: other PCRs labelled as the asked ones, more, fewer, another bank, none.
   */
  @Test
  void anotherSelectionIsRefused() {
    List<Integer> fewer = new ArrayList<>(Protocol.QUOTED_PCRS);
    fewer.removeLast();
    List<Integer> more = new ArrayList<>(Protocol.QUOTED_PCRS);
    more.add(16);
    for (PcrSelection other :
        List.of(
            PcrSelection.of(HashAlg.SHA256, fewer),
            PcrSelection.of(HashAlg.SHA256, more),
            PcrSelection.of(HashAlg.SHA1, Protocol.QUOTED_PCRS),
            PcrSelection.of(HashAlg.SHA256, 16, 23),
            new PcrSelection(List.of()),
            new PcrSelection(
                List.of(
                    ASKED.banks().getFirst(),
                    PcrSelection.of(HashAlg.SHA1, 0).banks().getFirst())))) {
      refused(Fault.SELECTION_NOT_AS_ASKED, tpm.quote(extraData, other));
    }
  }

  /** must-fail 16: a value that is not covered, one that is missing, one of another bank. */
  @Test
  void valuesOtherThanThoseSelectedAreRefused() {
    SignedQuote quote = tpm.quote(extraData, ASKED);
    Map<Integer, Bytes> extra = new HashMap<>(values());
    extra.put(10, Bytes.zeros(32));
    Map<Integer, Bytes> missing = new HashMap<>(values());
    missing.remove(7);
    Map<Integer, Bytes> shorter = new HashMap<>(values());
    shorter.put(7, Bytes.zeros(20));
    for (Map<Integer, Bytes> values : List.of(extra, missing, shorter, Map.<Integer, Bytes>of())) {
      assertThat(verify(key, quote, values))
          .isEqualTo(new Unverifiable(Fault.VALUES_NOT_AS_SELECTED));
    }
  }

  @Test
  void valuesThatDoNotGiveTheQuotedDigestAreRefused() {
    SignedQuote quote = tpm.quote(extraData, ASKED);
    for (Integer pcr : Protocol.QUOTED_PCRS) {
      for (int bit = 0; bit < 256; bit += 17) {
        Map<Integer, Bytes> other = new HashMap<>(values());
        int at = bit;
        other.computeIfPresent(pcr, (index, value) -> flip(value, at));
        assertThat(verify(key, quote, other)).isEqualTo(new Unverifiable(Fault.PCR_DIGEST_WRONG));
      }
    }
    refused(
        Fault.PCR_DIGEST_WRONG, tpm.forge(extraData, ASKED).withPcrDigest(Bytes.zeros(32)).sign());
  }

  @Test
  void aQuoteByAnRsaKeyIsAuthentic() {
    SoftKey rsa = tpm.rsaAkKey();
    SignedQuote quote = tpm.forge(rsa, extraData, ASKED).sign();
    assertThat(verify(enrolled(rsa.area()), quote, values())).isInstanceOf(Authentic.class);
    for (int bit = 0; bit < quote.signature().size() * 8; bit += 13) {
      SignedQuote flipped = new SignedQuote(quote.attest(), flip(quote.signature(), bit));
      assertThat(verify(enrolled(rsa.area()), flipped, values())).isInstanceOf(Unverifiable.class);
    }
  }

  /** Older TPMs take the longest salt that fits, newer ones a salt of the digest's size. */
  @Test
  void aQuoteByAnRsaPssKeyIsAuthenticWithEitherSaltAndNoOther() {
    SoftKey rsa = tpm.rsaAkKey();
    EnrolledKey pss = enrolled(withScheme(rsa.area(), TpmtAsymScheme.rsapss(HashAlg.SHA256)));
    for (int salt : new int[] {32, 256 - 32 - 2}) {
      assertThat(verify(pss, pssQuote(rsa, pss, salt), values()))
          .as("salt of %d octets", salt)
          .isInstanceOf(Authentic.class);
    }
    for (int salt : new int[] {0, 20, 31, 33, 64}) {
      assertThat(verify(pss, pssQuote(rsa, pss, salt), values()))
          .as("salt of %d octets", salt)
          .isEqualTo(new Unverifiable(Fault.SIGNATURE_WRONG));
    }
  }

  private SignedQuote pssQuote(SoftKey rsa, EnrolledKey pss, int salt) {
    return tpm.forge(rsa, extraData, ASKED)
        .withQualifiedSigner(pss.qualifiedName())
        .signedWithPssBy(rsa, salt)
        .sign();
  }

  /** Even where the key on record signs with SHA-1, nothing that it signs is believed. */
  @Test
  void aQuoteUnderSha1IsRefused() {
    SoftKey rsa = tpm.rsaAkKey();
    EnrolledKey weak = enrolled(withScheme(rsa.area(), TpmtAsymScheme.rsassa(HashAlg.SHA1)));
    SignedQuote quote =
        tpm.forge(rsa, extraData, ASKED)
            .withQualifiedSigner(weak.qualifiedName())
            .withSignatureHash(HashAlg.SHA1)
            .sign();
    assertThat(verify(weak, quote, values())).isEqualTo(new Unverifiable(Fault.HASH_WEAK));
  }

  /** must-fail 12: a key that enrolment let pass is looked at again. */
  @Test
  void aKeyThatIsNoneIsRefused() {
    TpmuPublicId.Ecc point = (TpmuPublicId.Ecc) tpm.ak().unique();
    for (TpmuPublicId.Ecc none :
        List.of(
            new TpmuPublicId.Ecc(point.x(), flip(point.y(), 0)),
            new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32)))) {
      EnrolledKey broken = enrolled(tpm.ak().withUnique(none));
      assertThat(verify(broken, tpm.quote(extraData, ASKED), values()))
          .isEqualTo(new Unverifiable(Fault.SIGNATURE_WRONG));
    }
  }

  /** must-fail 19: a key without a scheme of its own leaves the choice to nobody. */
  @Test
  void aKeyWithoutASchemeVerifiesNothing() {
    SoftKey rsa = tpm.rsaAkKey();
    EnrolledKey open = enrolled(withScheme(rsa.area(), TpmtAsymScheme.NONE));
    SignedQuote quote = tpm.forge(rsa, extraData, ASKED).sign();
    assertThat(verify(open, quote, values())).isEqualTo(new Unverifiable(Fault.SCHEME_NOT_OF_KEY));
  }

  private static TpmtPublic withScheme(TpmtPublic area, TpmtAsymScheme scheme) {
    TpmuPublicParms.Rsa rsa = (TpmuPublicParms.Rsa) area.parameters();
    return new TpmtPublic(
        area.nameAlg(),
        area.attributes(),
        area.authPolicy(),
        new TpmuPublicParms.Rsa(rsa.symmetric(), scheme, rsa.keyBits(), rsa.exponent()),
        area.unique());
  }

  /** The order is part of the promise: with a wrong signature nothing else is looked at. */
  @Test
  void aWrongSignatureIsReportedBeforeAnythingInTheQuote() {
    QuoteForge everythingWrong =
        tpm.forge(Bytes.EMPTY, PcrSelection.of(HashAlg.SHA1, 16)).withMagic(1);
    SignedQuote signed = everythingWrong.sign();
    refused(
        Fault.SIGNATURE_WRONG,
        signed.attest(),
        SoftTpm.seeded("another").quote(extraData, ASKED).signature());
  }

  private void refused(Fault fault, SignedQuote quote) {
    assertThat(verify(quote)).isEqualTo(new Unverifiable(fault));
  }

  private void refused(Fault fault, Bytes attest, Bytes signature) {
    refused(fault, new SignedQuote(attest, signature));
  }

  private Verification verify(SignedQuote quote) {
    return verify(key, quote, values());
  }

  private Verification verify(EnrolledKey by, SignedQuote quote, Map<Integer, Bytes> values) {
    return verifier.verify(by, new Evidence(quote.attest(), quote.signature(), values), extraData);
  }

  private Map<Integer, Bytes> values() {
    PcrValues values = tpm.pcrs(HashAlg.SHA256, Protocol.QUOTED_PCRS);
    return values.values();
  }

  private static EnrolledKey enrolled(TpmtPublic area) {
    return new EnrolledKey(area, area.name().qualifiedUnder(TpmHandles.ENDORSEMENT).value());
  }

  private static Bytes flip(Bytes bytes, int bit) {
    byte[] octets = bytes.toArray();
    octets[bit / 8] ^= (byte) (1 << bit % 8);
    return Bytes.copyOf(octets);
  }
}
