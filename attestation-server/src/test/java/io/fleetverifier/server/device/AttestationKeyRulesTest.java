// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.tpm.EccCurve;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.SrkTemplate;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtKdfScheme;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSymDefObject;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.TpmuPublicParms;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.math.BigInteger;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttestationKeyRulesTest {
  private static final SoftTpm TPM = SoftTpm.seeded("attestation key rules");
  private static final TpmtPublic AK = TPM.ak();

  /** Bits that a good AK may have either way. */
  private static final Set<Integer> FREE_BITS =
      Set.of(
          TpmaObject.ST_CLEAR,
          TpmaObject.USER_WITH_AUTH,
          TpmaObject.ADMIN_WITH_POLICY,
          TpmaObject.NO_DA);

  @Test
  void theTemplatesKeyIsSuitableAndItsNamesAreComputedHere() {
    AttestationKey ak = AttestationKeyRules.check(AK.encode());

    assertThat(ak.area()).isEqualTo(AK.encode());
    assertThat(ak.name().value())
        .isEqualTo(Bytes.concat(Bytes.fromHex("000b"), AK.encode().sha256()));
    assertThat(ak.qualifiedName().value())
        .isEqualTo(
            Bytes.concat(
                Bytes.fromHex("000b"),
                Bytes.concat(Bytes.fromHex("4000000b"), ak.name().value()).sha256()));
  }

  @Test
  void anRsaKeyIsSuitable() {
    assertThat(AttestationKeyRules.check(TPM.rsaAkKey().area().encode())).isNotNull();
  }

  /** must-fail 11: not restricted, not fixed, or not made by its TPM. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 16, 18})
  void aKeyThatLacksARequiredAttributeIsRefused(int bit) {
    assertThat(AK.attributes().bits() >>> bit & 1).isEqualTo(1);
    assertThatIsRefused(flipped(bit));
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 17, 19})
  void aKeyWithAForbiddenAttributeIsRefused(int bit) {
    assertThatIsRefused(flipped(bit));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 9, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31})
  void aKeyWithAReservedAttributeIsRefused(int bit) {
    assertThatIsRefused(flipped(bit));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 7, 10})
  void theOtherAttributesAreFree(int bit) {
    assertThat(FREE_BITS).contains(1 << bit);
    assertThat(AttestationKeyRules.check(flipped(bit))).isNotNull();
  }

  /** The attributes are the third field, after two of two bytes. */
  private static Bytes flipped(int bit) {
    byte[] area = AK.encode().toArray();
    area[7 - bit / 8] ^= (byte) (1 << bit % 8);
    return Bytes.copyOf(area);
  }

  @Test
  void aKeyThatSignsWhateverTheSystemGivesItIsRefused() {
    assertThatIsRefused(TPM.unrestrictedKey().area().encode());
  }

  @Test
  void aStorageKeyIsRefused() {
    assertThatIsRefused(TPM.srk().encode());
    assertThatIsRefused(TPM.ek(EkTemplate.L2).encode());
    assertThatIsRefused(SrkTemplate.P256.template().encode());
  }

  @Test
  void aSealedObjectIsRefused() {
    assertThatIsRefused(
        Bytes.concat(Bytes.fromHex("0008000b000504720000" + "0010" + "0020"), Bytes.zeros(32)));
  }

  @Test
  void aKeyWithoutASchemeIsRefused() {
    assertThatIsRefused(ecc(EccCurve.P256, TpmtAsymScheme.NONE));
    assertThatIsRefused(ecc(EccCurve.P256, TpmtAsymScheme.ecdh(HashAlg.SHA256)));
  }

  @Test
  void aSchemeOverAWeakHashIsRefused() {
    assertThatIsRefused(ecc(EccCurve.P256, TpmtAsymScheme.ecdsa(HashAlg.SHA1)));
  }

  @Test
  void aNameOverAWeakHashIsRefused() {
    assertThatIsRefused(
        new TpmtPublic(HashAlg.SHA1, AK.attributes(), Bytes.EMPTY, AK.parameters(), AK.unique())
            .encode());
    assertThatIsRefused(replaced(AK.encode(), 2, "0010"));
  }

  @Test
  void aKeyWithACipherIsRefused() {
    TpmuPublicParms.Ecc parms = (TpmuPublicParms.Ecc) AK.parameters();
    assertThatIsRefused(
        withParameters(
            new TpmuPublicParms.Ecc(
                TpmtSymDefObject.aesCfb(128), parms.scheme(), parms.curve(), parms.kdf())));
  }

  /** must-fail 12. */
  @Test
  void aPointOffTheCurveIsRefused() {
    TpmuPublicId.Ecc point = (TpmuPublicId.Ecc) AK.unique();
    assertThatIsRefused(AK.withUnique(new TpmuPublicId.Ecc(point.y(), point.x())).encode());
    assertThatIsRefused(AK.withUnique(new TpmuPublicId.Ecc(Bytes.EMPTY, Bytes.EMPTY)).encode());
    assertThatIsRefused(
        AK.withUnique(new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32))).encode());
  }

  /** must-fail 12: P-192 and its like. */
  @Test
  void anUnknownCurveIsRefused() {
    // P-192 and P-224 in the field that names P-256.
    assertThatIsRefused(replaced(AK.encode(), 16, "0001"));
    assertThatIsRefused(replaced(AK.encode(), 16, "0002"));
  }

  /** must-fail 12: RSA-1024. */
  @Test
  void aShortRsaKeyIsRefused() {
    assertThatIsRefused(rsa(1024, 0, BigInteger.ONE.shiftLeft(1023).add(BigInteger.ONE)));
  }

  @Test
  void anRsaKeyWithASmallExponentIsRefused() {
    TpmuPublicId.Rsa modulus = (TpmuPublicId.Rsa) TPM.rsaAkKey().area().unique();
    BigInteger n = new BigInteger(1, modulus.modulus().toArray());
    assertThatIsRefused(rsa(2048, 3, n));
    assertThat(AttestationKeyRules.check(rsa(2048, 65537, n))).isNotNull();
  }

  @Test
  void anEvenRsaModulusIsRefused() {
    assertThatIsRefused(rsa(2048, 0, BigInteger.ONE.shiftLeft(2047)));
  }

  @Test
  void everyCutAreaAndEveryTrailingByteIsRefused() {
    Bytes area = AK.encode();
    for (int size = 0; size < area.size(); size++) {
      assertThatIsRefused(area.slice(0, size));
    }
    assertThatIsRefused(Bytes.concat(area, Bytes.zeros(1)));
    assertThatIsRefused(Bytes.concat(Bytes.u16(area.size()), area));
  }

  private static Bytes ecc(EccCurve curve, TpmtAsymScheme scheme) {
    return withParameters(
        new TpmuPublicParms.Ecc(TpmtSymDefObject.NONE, scheme, curve, TpmtKdfScheme.NONE));
  }

  private static Bytes withParameters(TpmuPublicParms parameters) {
    return new TpmtPublic(AK.nameAlg(), AK.attributes(), AK.authPolicy(), parameters, AK.unique())
        .encode();
  }

  private static Bytes rsa(int bits, long exponent, BigInteger modulus) {
    byte[] octets = modulus.toByteArray();
    Bytes n = Bytes.copyOf(octets, octets.length - bits / 8, octets.length);
    return new TpmtPublic(
            HashAlg.SHA256,
            AK.attributes(),
            Bytes.EMPTY,
            new TpmuPublicParms.Rsa(
                TpmtSymDefObject.NONE, TpmtAsymScheme.rsassa(HashAlg.SHA256), bits, exponent),
            new TpmuPublicId.Rsa(n))
        .encode();
  }

  private static Bytes replaced(Bytes area, int at, String hex) {
    Bytes part = Bytes.fromHex(hex);
    return Bytes.concat(area.slice(0, at), part, area.slice(at + part.size()));
  }

  private static void assertThatIsRefused(Bytes area) {
    assertThatThrownBy(() -> AttestationKeyRules.check(area))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.ENROLMENT_REFUSED);
              assertThat(e.members()).containsEntry("reason", "AK_UNSUITABLE");
            });
  }
}
