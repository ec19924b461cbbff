// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.testing.KnownAnswers;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class TpmtPublicTest {

  private static final SoftTpm TPM = SoftTpm.seeded("public areas");

  /** type 0, nameAlg 2, attributes 4, authPolicy size 8, then parameters from 10 on. */
  private static final Bytes AK = TPM.ak().encode();

  private static final Bytes MODULUS = KnownAnswers.bytes("rsa.n");

  // Layout: what the specification lays down byte by byte.

  @Test
  void theAttestationKeyTemplateAsItIsSentToTheTpm() {
    assertThat(AkTemplate.P256.template().encode().toHex())
        .isEqualTo("0023000b00050472000000100018000b0003001000000000");
  }

  @Test
  void theStorageRootKeyTemplateAsItIsSentToTheTpm() {
    assertThat(SrkTemplate.P256.template().encode().toHex())
        .isEqualTo(
            "0023000b00030472000000060080004300100003001000"
                + "20"
                + "00".repeat(32)
                + "0020"
                + "00".repeat(32));
  }

  @Test
  void templatesMatchWhateverTheUniquePartIs() {
    assertThat(AkTemplate.P256.matches(TPM.ak())).isTrue();
    assertThat(AkTemplate.P256.matches(TPM.unrestrictedKey().area())).isFalse();
    assertThat(AkTemplate.P256.matches(TPM.srk())).isFalse();
    assertThat(SrkTemplate.P256.matches(TPM.srk())).isTrue();
    assertThat(SrkTemplate.P256.matches(TPM.ek(EkTemplate.L2))).isFalse();
  }

  // Refused by the decoder.

  @Test
  void anUnknownTypeIsRefused() {
    assertRefused(replace(AK, 0, "0024"), "type", 0);
    assertRefused(replace(AK, 0, "0000"), "type", 0);
  }

  @Test
  void anObjectWithoutANameIsRefused() {
    assertRefused(replace(AK, 2, "0010"), "nameAlg", 2);
  }

  @Test
  void eachReservedAttributeIsRefused() {
    for (int bit : new int[] {0, 3, 8, 9, 12, 13, 14, 15, 20, 24, 31}) {
      int attributes = 0x00050472 | 1 << bit;
      assertRefused(replace(AK, 4, String.format("%08x", attributes)), "objectAttributes", 4);
      assertThatIllegalArgumentException().isThrownBy(() -> new TpmaObject(attributes));
    }
  }

  @Test
  void aPolicyThatIsNotADigestOfNameAlgIsRefused() {
    String rest = AK.slice(10).toHex();
    for (int size : new int[] {1, 20, 31, 33, 48}) {
      String policy = String.format("%04x", size) + "11".repeat(size);
      assertRefused(replace(AK.slice(0, 8), 8, policy + rest), "authPolicy", 8);
    }
  }

  @Test
  void anUnknownCurveIsRefused() {
    assertRefused(replace(AK, 16, "0002"), "curveID", 16);
    assertRefused(replace(AK, 16, "0020"), "curveID", 16);
  }

  @Test
  void anUnknownSchemeIsRefused() {
    for (String scheme : new String[] {"001a", "001b", "001c", "001d", "0014", "0005"}) {
      assertRefused(replace(AK, 12, scheme), "scheme", 12);
    }
    assertRefused(replace(AK, 14, "0012"), "scheme.hashAlg", 14);
  }

  @Test
  void anEccSchemeOnAnRsaKeyIsRefused() {
    Bytes rsa = TPM.rsaAkKey().area().encode();
    assertRefused(replace(rsa, 12, "0018"), "scheme", 12);
  }

  @Test
  void anUnknownCipherOrKeySizeOrModeIsRefused() {
    Bytes ek = EkTemplate.H2.template().encode();
    int symmetric = 2 + 2 + 4 + 2 + 32;
    assertRefused(replace(ek, symmetric, "000a"), "symmetric.algorithm", symmetric);
    assertRefused(replace(ek, symmetric, "0013"), "symmetric.algorithm", symmetric);
    assertRefused(replace(ek, symmetric + 2, "0000"), "symmetric.keyBits", symmetric + 2);
    assertRefused(replace(ek, symmetric + 2, "0081"), "symmetric.keyBits", symmetric + 2);
    assertRefused(replace(ek, symmetric + 4, "0045"), "symmetric.mode", symmetric + 4);
    assertRefused(replace(ek, symmetric + 4, "003f"), "symmetric.mode", symmetric + 4);
  }

  @Test
  void anUnknownKeyDerivationIsRefused() {
    assertRefused(replace(AK, 18, "0008"), "kdf", 18);
  }

  @Test
  void aSymmetricCipherObjectWithoutACipherIsRefused() {
    assertRefused(
        Bytes.fromHex("0025000b000404400000" + "0010" + "0000"), "symmetric.algorithm", 10);
  }

  @Test
  void aModulusOfAnotherSizeIsRefused() {
    Bytes head = rsa(2048, 0, Bytes.EMPTY).encode();
    Bytes withoutUnique = head.slice(0, head.size() - 2);
    for (int size : new int[] {1, 255, 257, 512}) {
      Bytes unique = Bytes.concat(Bytes.u16(size), Bytes.zeros(size));
      assertRefused(Bytes.concat(withoutUnique, unique), "unique", withoutUnique.size());
    }
    assertRefused(replace(head, 14, "0801"), "keyBits", 14);
    assertRefused(replace(head, 14, "0000"), "keyBits", 14);
  }

  @Test
  void aCoordinateLongerThanTheFieldIsRefused() {
    Bytes head = AK.slice(0, 20);
    Bytes longer = Bytes.concat(Bytes.u16(33), Bytes.zeros(33));
    Bytes fitting = Bytes.concat(Bytes.u16(32), Bytes.zeros(32));
    assertRefused(Bytes.concat(head, longer, fitting), "unique.x", 20);
    assertRefused(Bytes.concat(head, fitting, longer), "unique.y", 54);
  }

  @Test
  void anEncodedAreaWithItsOuterSizeIsRefused() {
    assertRefused(Bytes.concat(Bytes.u16(AK.size()), AK), "type", 0);
  }

  // Refused when made by hand.

  @Test
  void membersThatDoNotFitEachOtherAreRefused() {
    TpmtPublic ak = TPM.ak();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ak.withUnique(new TpmuPublicId.Rsa(Bytes.EMPTY)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ak.withUnique(new TpmuPublicId.Ecc(Bytes.zeros(33), Bytes.EMPTY)));
    assertThatIllegalArgumentException().isThrownBy(() -> rsa(2048, 0, Bytes.zeros(255)));
    assertThatIllegalArgumentException().isThrownBy(() -> rsa(2047, 0, Bytes.EMPTY));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new TpmtPublic(
                HashAlg.SHA384, ak.attributes(), Bytes.zeros(32), ak.parameters(), ak.unique()));
  }

  // The key in the area.

  @Test
  void aGoodKeyHasNoProblemAndItsPublicKeyInfoIsTheOneJavaWrites() {
    for (TpmtPublic area :
        new TpmtPublic[] {
          TPM.ak(),
          TPM.ek(EkTemplate.L1),
          TPM.ek(EkTemplate.L2),
          TPM.ek(EkTemplate.H3),
          TPM.ek(EkTemplate.H4),
          rsa(2048, 0, MODULUS),
          rsa(2048, 65537, MODULUS)
        }) {
      assertThat(area.keyProblem()).isEmpty();
      assertThat(area.subjectPublicKeyInfo())
          .isEqualTo(Bytes.copyOf(area.toPublicKey().getEncoded()));
    }
  }

  @Test
  void coordinatesWithoutTheirLeadingZerosAreTheSameKey() {
    SoftTpm tpm = tpmWithLeadingZeroInX();
    TpmuPublicId.Ecc full = (TpmuPublicId.Ecc) tpm.ak().unique();
    TpmtPublic cut = tpm.ak().withUnique(new TpmuPublicId.Ecc(full.x().slice(1), full.y()));
    assertThat(cut.subjectPublicKeyInfo()).isEqualTo(tpm.ak().subjectPublicKeyInfo());
    assertThat(cut.name()).isNotEqualTo(tpm.ak().name());
  }

  private static SoftTpm tpmWithLeadingZeroInX() {
    for (int i = 0; i < 10_000; i++) {
      SoftTpm tpm = SoftTpm.seeded("leading zero " + i);
      if (((TpmuPublicId.Ecc) tpm.ak().unique()).x().at(0) == 0) {
        return tpm;
      }
    }
    throw new AssertionError("no such key among ten thousand");
  }

  @Test
  void anObjectThatIsNoKeyPairHasNoPublicKey() {
    assertProblem(TpmtPublic.decode(KnownAnswers.bytes("rsa.public")), KeyProblem.NOT_ASYMMETRIC);
    assertProblem(
        TpmtPublic.decode(Bytes.fromHex("0025000b000404400000" + "000600800043" + "0000")),
        KeyProblem.NOT_ASYMMETRIC);
  }

  @Test
  void aShortOrMissingOrUnderfilledModulusIsAProblem() {
    assertProblem(rsa(1024, 0, MODULUS.slice(128)), KeyProblem.MODULUS_SIZE);
    assertProblem(rsa(2048, 0, Bytes.EMPTY), KeyProblem.MODULUS_SIZE);
    assertProblem(rsa(2048, 0, Bytes.zeros(256)), KeyProblem.MODULUS_SIZE);
    Bytes topBitClear = Bytes.concat(Bytes.of(MODULUS.at(0) & 0x7f), MODULUS.slice(1));
    assertProblem(rsa(2048, 0, topBitClear), KeyProblem.MODULUS_SIZE);
  }

  @Test
  void anEvenModulusIsAProblem() {
    Bytes even = Bytes.concat(MODULUS.slice(0, 255), Bytes.of(MODULUS.at(255) & 0xfe));
    assertProblem(rsa(2048, 0, even), KeyProblem.MODULUS_EVEN);
  }

  @Test
  void anyOtherExponentIsAProblem() {
    for (long exponent : new long[] {1, 2, 3, 17, 65535, 65539, 0xffff_ffffL}) {
      assertProblem(rsa(2048, exponent, MODULUS), KeyProblem.EXPONENT);
    }
  }

  @Test
  void aModulusOfTheFaultyGeneratorIsAProblem() {
    BigInteger smallPrimes = BigInteger.TWO;
    for (BigInteger p = BigInteger.valueOf(3); p.intValue() <= 701; p = p.nextProbablePrime()) {
      smallPrimes = smallPrimes.multiply(p);
    }
    // A power of 65537 modulo the product, plus a multiple of the product: odd, with 2048 bits.
    BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(1234567), smallPrimes);
    BigInteger base = BigInteger.ONE.shiftLeft(2047).add(BigInteger.ONE.shiftLeft(2046));
    BigInteger modulus = base.subtract(base.mod(smallPrimes)).add(power);
    assertProblem(rsa(2048, 0, FixedWidth.of(modulus, 256)), KeyProblem.MODULUS_ROCA);
    assertThat(Roca.hasPattern(modulus.add(BigInteger.TWO))).isFalse();
  }

  @Test
  void aPointOffTheCurveOrMissingIsAProblem() {
    TpmtPublic ak = TPM.ak();
    TpmuPublicId.Ecc point = (TpmuPublicId.Ecc) ak.unique();
    Bytes flipped = Bytes.concat(point.y().slice(0, 31), Bytes.of(point.y().at(31) ^ 1));
    Bytes field = Bytes.fromHex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    assertProblem(
        ak.withUnique(new TpmuPublicId.Ecc(point.x(), flipped)), KeyProblem.POINT_OFF_CURVE);
    assertProblem(
        ak.withUnique(new TpmuPublicId.Ecc(point.y(), point.x())), KeyProblem.POINT_OFF_CURVE);
    assertProblem(
        ak.withUnique(new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32))),
        KeyProblem.POINT_OFF_CURVE);
    assertProblem(
        ak.withUnique(new TpmuPublicId.Ecc(point.x(), Bytes.EMPTY)), KeyProblem.POINT_OFF_CURVE);
    assertProblem(
        ak.withUnique(new TpmuPublicId.Ecc(field, point.y())), KeyProblem.POINT_OFF_CURVE);
    assertProblem(AkTemplate.P256.template(), KeyProblem.POINT_OFF_CURVE);
  }

  @Test
  void aCoordinateThatIsNotReducedIsAProblemThoughItNamesAPoint() {
    // (0, y) with y² = b lies on P-256; (p, y) would be the same point in an unreduced spelling.
    BigInteger p =
        new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    BigInteger b = EccCurve.P256.parameters().getCurve().getB();
    BigInteger y = b.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    assertThat(EccCurve.P256.contains(BigInteger.ZERO, y)).isTrue();
    assertThat(EccCurve.P256.contains(p, y)).isFalse();
    assertThat(EccCurve.P256.contains(BigInteger.ZERO, y.add(p))).isFalse();
    assertThat(EccCurve.P256.contains(BigInteger.ZERO, y.negate())).isFalse();
  }

  @Test
  void theNameFollowsEveryByteOfTheArea() {
    TpmName name = TPM.akName();
    for (int i = 0; i < AK.size(); i++) {
      byte[] changed = AK.toArray();
      changed[i] ^= 1;
      Bytes digest = HashAlg.SHA256.digest(Bytes.copyOf(changed));
      assertThat(name.value().slice(2)).isNotEqualTo(digest);
    }
    assertThat(name.value().slice(2)).isEqualTo(HashAlg.SHA256.digest(AK));
  }

  private static TpmtPublic rsa(int bits, long exponent, Bytes modulus) {
    return new TpmtPublic(
        HashAlg.SHA256,
        new TpmaObject(0x00050472),
        Bytes.EMPTY,
        new TpmuPublicParms.Rsa(TpmtSymDefObject.NONE, TpmtAsymScheme.NONE, bits, exponent),
        new TpmuPublicId.Rsa(modulus));
  }

  private static void assertProblem(TpmtPublic area, KeyProblem problem) {
    assertThat(area.keyProblem()).contains(problem);
    assertThatExceptionOfType(TpmKeyException.class)
        .isThrownBy(area::toPublicKey)
        .satisfies(e -> assertThat(e.problem()).isEqualTo(problem));
    assertThatExceptionOfType(TpmKeyException.class).isThrownBy(area::subjectPublicKeyInfo);
  }

  private static void assertRefused(Bytes area, String field, int offset) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> TpmtPublic.decode(area))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  private static Bytes replace(Bytes original, int at, String hex) {
    Bytes replacement = Bytes.fromHex(hex);
    int after = Math.min(original.size(), at + replacement.size());
    return Bytes.concat(original.slice(0, at), replacement, original.slice(after));
  }
}
