// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EkSetTest {
  private static final SoftTpm TPM = SoftTpm.seeded("ek set");
  private static final SoftTpm OTHER = SoftTpm.seeded("another ek set");

  @ParameterizedTest
  @EnumSource(names = {"L1", "L2", "H1", "H2", "H3"})
  void theKeyOfEachTemplateIsKnownByItsTemplate(EkTemplate template) {
    EndorsementKey ek = EkSet.check(List.of(shown(TPM.ek(template)))).keys().getFirst();

    assertThat(ek.template()).isEqualTo(template);
    assertThat(ek.fingerprint()).isEqualTo(encoded(TPM.ek(template).toPublicKey()).sha256());
    assertThat(ek.certificate()).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"L2", "H2"})
  void noBitOfAnAreaButThoseOfItsKeyMayDiffer(EkTemplate template) {
    byte[] area = TPM.ek(template).encode().toArray();
    for (int bit = 0; bit < 8 * (area.length - 68); bit++) {
      byte[] flipped = area.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatIsRefused("EK_UNSUITABLE", shown(Bytes.copyOf(flipped), null));
    }
  }

  @Test
  void anEkThatSignsIsRefused() {
    assertThatIsRefused("EK_UNSUITABLE", shown(withAttribute(TpmaObject.SIGN)));
  }

  @Test
  void aLowRangeEkThatAPasswordOpensIsRefused() {
    assertThatIsRefused("EK_UNSUITABLE", shown(withAttribute(TpmaObject.USER_WITH_AUTH)));
  }

  private static TpmtPublic withAttribute(int attribute) {
    TpmtPublic ek = TPM.ek(EkTemplate.L2);
    return new TpmtPublic(
        ek.nameAlg(),
        new TpmaObject(ek.attributes().bits() | attribute),
        ek.authPolicy(),
        ek.parameters(),
        ek.unique());
  }

  @Test
  void anEkWithAnotherPolicyIsRefused() {
    TpmtPublic ek = TPM.ek(EkTemplate.L2);
    for (Bytes policy : List.of(Bytes.EMPTY, Bytes.zeros(32))) {
      assertThatIsRefused(
          "EK_UNSUITABLE",
          shown(
              new TpmtPublic(ek.nameAlg(), ek.attributes(), policy, ek.parameters(), ek.unique())));
    }
  }

  @Test
  void aTemplateInsteadOfAKeyIsRefused() {
    for (EkTemplate template : EkTemplate.values()) {
      assertThatIsRefused("EK_UNSUITABLE", shown(template.template()));
    }
  }

  @Test
  void aPointOffTheCurveAndAnEvenModulusAreRefused() {
    TpmuPublicId.Ecc point = (TpmuPublicId.Ecc) TPM.ek(EkTemplate.L2).unique();
    assertThatIsRefused(
        "EK_UNSUITABLE",
        shown(TPM.ek(EkTemplate.L2).withUnique(new TpmuPublicId.Ecc(point.y(), point.x()))));
    byte[] modulus = ((TpmuPublicId.Rsa) TPM.ek(EkTemplate.L1).unique()).modulus().toArray();
    modulus[modulus.length - 1] &= (byte) 0xfe;
    assertThatIsRefused(
        "EK_UNSUITABLE",
        shown(TPM.ek(EkTemplate.L1).withUnique(new TpmuPublicId.Rsa(Bytes.copyOf(modulus)))));
  }

  @Test
  void oneEkTwiceIsRefused() {
    assertThatIsRefused(
        "EK_UNSUITABLE", shown(TPM.ek(EkTemplate.L2)), shown(TPM.ek(EkTemplate.L2)));
  }

  @Test
  void twoEksOfOneTemplateAreRefused() {
    assertThatIsRefused(
        "EK_UNSUITABLE", shown(TPM.ek(EkTemplate.L2)), shown(OTHER.ek(EkTemplate.L2)));
  }

  @Test
  void oneKeyUnderTwoTemplatesIsRefused() {
    TpmtPublic again = EkTemplate.H2.template().withUnique(TPM.ek(EkTemplate.L2).unique());
    assertThatIsRefused("EK_UNSUITABLE", shown(TPM.ek(EkTemplate.L2)), shown(again));
  }

  @Test
  void theSetIsNamedByItsKeysInAnyOrder() {
    EkSet one = EkSet.check(List.of(shown(TPM.ek(EkTemplate.L1)), shown(TPM.ek(EkTemplate.L2))));
    EkSet two = EkSet.check(List.of(shown(TPM.ek(EkTemplate.L2)), shown(TPM.ek(EkTemplate.L1))));

    assertThat(one.digest()).isEqualTo(two.digest());
    assertThat(one.code()).isEqualTo(two.code()).isEqualTo(Formulas.ekCode(one.fingerprints()));
  }

  @Test
  void aSetIsCompleteWithBothLowRangeKeysUnlessOneMayBeMissing() {
    EkSet both = EkSet.check(List.of(shown(TPM.ek(EkTemplate.L1)), shown(TPM.ek(EkTemplate.L2))));
    EkSet one = EkSet.check(List.of(shown(TPM.ek(EkTemplate.L2)), shown(TPM.ek(EkTemplate.H2))));

    assertThat(both.isCompleteWithout(Set.of())).isTrue();
    assertThat(one.isCompleteWithout(Set.of())).isFalse();
    assertThat(one.isCompleteWithout(Set.of(EkTemplate.L2))).isFalse();
    assertThat(one.isCompleteWithout(Set.of(EkTemplate.L1))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"L1", "L2", "H3"})
  void aCertificateForTheKeyIsKept(EkTemplate template) {
    Bytes certificate = TestCertificates.of(encoded(TPM.ek(template).toPublicKey()));

    assertThat(certificateOf(template, certificate)).isEqualTo(certificate);
  }

  @Test
  void aCertificateThatCallsItsKeyAnEncryptionKeyIsOneForTheKey() throws Exception {
    SubjectPublicKeyInfo plain =
        SubjectPublicKeyInfo.getInstance(TPM.ek(EkTemplate.L1).toPublicKey().getEncoded());
    SubjectPublicKeyInfo oaep =
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, DERNull.INSTANCE),
            plain.parsePublicKey());
    Bytes certificate = TestCertificates.of(Bytes.copyOf(oaep.getEncoded()));

    assertThat(certificateOf(EkTemplate.L1, certificate)).isEqualTo(certificate);
  }

  @Test
  void aCertificateForAnotherKeyIsRefused() {
    for (TpmtPublic key :
        List.of(OTHER.ek(EkTemplate.L2), TPM.ek(EkTemplate.L1), TPM.ek(EkTemplate.H2), TPM.ak())) {
      assertThatIsRefused(
          "EK_CERTIFICATE_MISMATCH",
          shown(TPM.ek(EkTemplate.L2).encode(), TestCertificates.of(encoded(key.toPublicKey()))));
    }
  }

  /** It is judged later, and operators see what became of it. */
  @Test
  void whatCannotBeReadAsACertificateIsKeptAsItCame() {
    Bytes certificate = TestCertificates.of(encoded(TPM.ek(EkTemplate.L2).toPublicKey()));
    for (Bytes odd :
        List.of(
            Bytes.zeros(1),
            Bytes.fromHex("3000"),
            Bytes.fromHex("30".repeat(2_000)),
            encoded(TPM.ek(EkTemplate.L2).toPublicKey()),
            certificate.slice(0, certificate.size() - 1),
            Bytes.concat(certificate, Bytes.fromHex("00ff")),
            Bytes.concat(certificate, Bytes.fromHex("ffff")))) {
      assertThat(certificateOf(EkTemplate.L2, odd)).isEqualTo(odd);
    }
  }

  @Test
  void aKeyOfTheFaultyGeneratorIsRefusedForWhatItIs() {
    TpmtPublic ek = TPM.ek(EkTemplate.L1).withUnique(new TpmuPublicId.Rsa(modulusOfRoca()));

    assertThatThrownBy(() -> EkSet.check(List.of(shown(ek))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.members()).containsEntry("reason", "EK_UNSUITABLE");
              assertThat(e).hasMessageContaining("CVE-2017-15361");
            });
  }

  /** A power of 65537 modulo the product of the small primes, plus a multiple of it: odd. */
  private static Bytes modulusOfRoca() {
    BigInteger primes = BigInteger.TWO;
    for (BigInteger p = BigInteger.valueOf(3); p.intValue() <= 701; p = p.nextProbablePrime()) {
      primes = primes.multiply(p);
    }
    BigInteger base = BigInteger.ONE.shiftLeft(2047).add(BigInteger.ONE.shiftLeft(2046));
    BigInteger modulus =
        base.subtract(base.mod(primes))
            .add(BigInteger.valueOf(65537).modPow(BigInteger.valueOf(1_234_567), primes));
    byte[] octets = modulus.toByteArray();
    return Bytes.copyOf(octets, octets.length - 256, octets.length);
  }

  private static Bytes encoded(PublicKey key) {
    return Bytes.copyOf(key.getEncoded());
  }

  private static Bytes certificateOf(EkTemplate template, Bytes shown) {
    EkSet set = EkSet.check(List.of(shown(TPM.ek(template).encode(), shown)));
    return Objects.requireNonNull(set.keys().getFirst().certificate());
  }

  private static EnrolmentRequest.EndorsementKey shown(TpmtPublic area) {
    return shown(area.encode(), null);
  }

  private static EnrolmentRequest.EndorsementKey shown(Bytes area, @Nullable Bytes certificate) {
    return new EnrolmentRequest.EndorsementKey(area, certificate);
  }

  private static void assertThatIsRefused(String reason, EnrolmentRequest.EndorsementKey... shown) {
    assertThatThrownBy(() -> EkSet.check(Arrays.asList(shown)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.members()).containsEntry("reason", reason));
  }
}
