// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.anotherKey;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static io.fleetverifier.server.ekcert.Judged.trusting;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmtPublic;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;

class TpmVerifierTest {

  private static final int KEYS = 8;
  private static final TestCa ROOT = TestCa.root();
  private static final TestCa UPPER = ROOT.below("O=Infineon Technologies AG,CN=Upper", ca -> {});
  private static final TestCa CA = UPPER.below();

  private static TpmVerifier verifier(Stream<TestCa> intermediates) {
    return new EkCertificateVerifier(trusting(ROOT), EkPolicy.standard())
        .forIntermediates(intermediates.map(TestCa::der).toList());
  }

  private static EkVerdict verify(TpmVerifier verifier, Bytes der) {
    return verifier.verify(der, EkCertificate.read(der).key(), NOW);
  }

  private static Stream<TestCa> impostors(int count, TestCa of) {
    X500Name name = X500Name.getInstance(of.certificate().getSubjectX500Principal().getEncoded());
    return IntStream.range(0, count).mapToObj(i -> TestCa.root(name, TestCa.ec(), ca -> {}));
  }

  @Test
  void eachKeyOfATpmIsJudgedByItself() {
    TpmVerifier verifier = verifier(Stream.of(CA, UPPER));
    Bytes der = CA.issue();
    TpmtPublic other = anotherKey();
    endorsed(verify(verifier, der));
    refused(EkRefusal.KEY_MISMATCH, verifier.verify(der, other, NOW));
    refused(EkRefusal.UNTRUSTED_ISSUER, verify(verifier, TestCa.root().below().issue()));
    endorsed(verify(verifier, CA.issue()));
  }

  /** Without memory of what was checked these would be 80 checks, more than are made. */
  @Test
  void eightKeysWithLongPathsAreEndorsed() {
    TpmVerifier verifier = verifier(Stream.concat(impostors(7, UPPER), Stream.of(UPPER, CA)));
    for (int i = 0; i < KEYS; i++) {
      endorsed(verify(verifier, CA.issue()));
    }
  }

  @Test
  void eightKeysWithCasOfTheirOwnAreEndorsed() {
    List<TestCa> own =
        IntStream.range(0, KEYS)
            .mapToObj(i -> UPPER.below("O=Infineon Technologies AG,CN=CA " + i, ca -> {}))
            .toList();
    TpmVerifier verifier = verifier(Stream.concat(own.stream(), Stream.of(UPPER)));
    for (TestCa authority : own) {
      endorsed(verify(verifier, authority.issue()));
    }
  }

  @Test
  void moreSignaturesThanAreCheckedForOneTpmEndorseNothing() {
    List<TestCa> many = Stream.concat(Stream.of(CA, UPPER), impostors(14, CA)).toList();
    List<EkVerdict> verdicts = new ArrayList<>();
    TpmVerifier verifier = verifier(many.stream());
    for (int i = 0; i < KEYS; i++) {
      verdicts.add(verify(verifier, CA.issue()));
    }
    endorsed(verdicts.getFirst());
    refused(EkRefusal.TOO_MANY_SIGNATURES, verdicts.getLast());
    assertThat(((EkVerdict.Refused) verdicts.getLast()).text()).contains("more signatures");
    endorsed(verify(verifier(many.stream()), CA.issue()));
  }

  /** Sixteen of the name for each of four keys are all that are checked. */
  @Test
  void casOfAPinnedNameThatADeviceBringsCountAsWell() {
    TpmVerifier verifier =
        new EkCertificateVerifier(trusting(ROOT, UPPER, CA), EkPolicy.standard())
            .forIntermediates(impostors(16, CA).map(TestCa::der).toList());
    for (int i = 0; i < KEYS; i++) {
      EkVerdict verdict = verify(verifier, CA.issue());
      if (i < 4) {
        endorsed(verdict);
      } else {
        refused(EkRefusal.TOO_MANY_SIGNATURES, verdict);
      }
    }
  }

  /** Fifteen certificates of one key make millions of paths. */
  @Test
  void casThatSignEachOtherMakeOnlySoManyPaths() {
    TestCa lone = TestCa.root("O=Infineon Technologies AG,CN=Ring");
    List<TestCa> ring = IntStream.range(0, 15).mapToObj(i -> lone.twinBelow(lone)).toList();
    List<Issuer> twins = ring.stream().map(TestCa::certificate).map(Issuer::unpinned).toList();
    CaPaths paths = new CaPaths(trusting(lone), DenyList.none(), twins);
    assertThat(paths.reach(TestCa.parse(lone.issue()), NOW).paths())
        .hasSizeBetween(1, 256)
        .contains(List.of(Issuer.of(lone.pinned())));
    TpmVerifier verifier = verifier(ring.stream());
    for (int i = 0; i < KEYS; i++) {
      refused(EkRefusal.UNTRUSTED_ISSUER, verify(verifier, lone.issue()));
    }
  }

  @Test
  void randomOctetsInCertificatesLeadToAVerdict() {
    Random random = new Random(20260109);
    Bytes der = CA.issue();
    DenyList.SerialNumber number = new DenyList.SerialNumber("CN=A", BigInteger.ONE);
    EkCertificateVerifier verifier =
        new EkCertificateVerifier(
            trusting(ROOT, UPPER),
            Judged.denying(
                new DenyList(
                    Set.of(Bytes.zeros(32)),
                    Set.of(number),
                    Set.of(Bytes.zeros(32)),
                    List.of(new DenyList.FirmwareRange("STM", 0, -1)))));
    int used = 0;
    for (int round = 0; round < Integer.getInteger("fv.rounds", 2000); round++) {
      List<Bytes> others = List.of(changed(CA.der(), random), changed(UPPER.der(), random));
      EkVerdict verdict = verifier.verify(changed(der, random), others, NOW);
      assertThat(verdict).isInstanceOf(EkVerdict.Refused.class);
      used += verdict.read().isPresent() ? 1 : 0;
      verdict = verifier.verify(der, others, NOW);
      used += verdict.findings().size();
    }
    assertThat(used).isGreaterThan(100);
  }

  private static Bytes changed(Bytes der, Random random) {
    byte[] changed = der.toArray();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(changed.length);
      changed[at] = (byte) (changed[at] + 1 + random.nextInt(255));
    }
    return Bytes.copyOf(changed);
  }

  @Test
  void aCaWhoseKeyIsSlowToCheckIsNoIssuer() throws GeneralSecurityException {
    KeyPair large = TestCa.pair("RSA", 4160);
    KeyPair odd = withLongExponent(TestCa.pair("RSA", 2048));
    KeyPair usual = TestCa.pair("RSA", 2048);
    refused(EkRefusal.CA_UNFIT, issuedBy(large));
    refused(EkRefusal.CA_UNFIT, issuedBy(odd));
    endorsed(issuedBy(usual));
    endorsed(issuedBy(TestCa.pair("RSA", 4096)));
  }

  private static EkVerdict issuedBy(KeyPair key) {
    TestCa authority =
        TestCa.root(new X500Name("CN=RSA"), key, ca -> ca.algorithm = "SHA256withRSA");
    return new EkCertificateVerifier(trusting(authority), EkPolicy.standard())
        .verify(authority.issue(leaf -> leaf.algorithm = "SHA256withRSA"), List.of(), NOW);
  }

  private static KeyPair withLongExponent(KeyPair usual) throws GeneralSecurityException {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) usual.getPrivate();
    BigInteger order =
        key.getPrimeP().subtract(BigInteger.ONE).multiply(key.getPrimeQ().subtract(BigInteger.ONE));
    BigInteger exponent = new BigInteger(33, new Random(1)).setBit(32).setBit(0);
    while (!exponent.gcd(order).equals(BigInteger.ONE)) {
      exponent = exponent.add(BigInteger.TWO);
    }
    KeyFactory factory = KeyFactory.getInstance("RSA");
    return new KeyPair(
        factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), exponent)),
        factory.generatePrivate(
            new RSAPrivateKeySpec(key.getModulus(), exponent.modInverse(order))));
  }
}
