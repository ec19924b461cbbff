// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.STRICT;
import static io.fleetverifier.server.ekcert.Judged.denying;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static io.fleetverifier.server.ekcert.Judged.trusting;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList.FirmwareRange;
import io.fleetverifier.server.ekcert.DenyList.SerialNumber;
import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.server.ekcert.EkPolicy.Revocation;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EkCertificateVerifierTest {

  private static final TestCa ROOT = TestCa.root();
  private static final TestCa CA = ROOT.below();

  private static EkVerdict verify(Bytes certificate) {
    return verify(certificate, trusting(ROOT, CA), EkPolicy.standard());
  }

  private static EkVerdict verify(Bytes certificate, VendorRoots roots, EkPolicy policy) {
    return new EkCertificateVerifier(roots, policy).verify(certificate, List.of(), NOW);
  }

  private static void refusedWhen(EkRefusal code, Consumer<TestCa.Leaf> change) {
    refused(code, verify(CA.issue(change)));
  }

  @Test
  void aVendorsPathToItsRootEndorsesTheKey() {
    EkVerdict verdict = verify(CA.issue());
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Endorsed.class,
            endorsed -> {
              assertThat(endorsed.identity())
                  .isEqualTo(new TpmIdentity("IFX", "SLB 9999", "00070001"));
              assertThat(endorsed.path()).containsExactly(CA.certificate(), ROOT.certificate());
              assertThat(endorsed.certificate().keyLabel()).isEqualTo("P-256");
            });
  }

  @Test
  void anIntermediateMayComeWithTheRequestButIsNoRoot() {
    Bytes certificate = CA.issue();
    EkCertificateVerifier verifier = new EkCertificateVerifier(trusting(ROOT), EkPolicy.standard());
    refused(EkRefusal.UNTRUSTED_ISSUER, verifier.verify(certificate, List.of(), NOW));
    endorsed(verifier.verify(certificate, List.of(CA.der()), NOW));
    TestCa stranger = TestCa.root();
    refused(
        EkRefusal.UNTRUSTED_ISSUER,
        verifier.verify(stranger.issue(), List.of(stranger.der()), NOW));
  }

  /** must-fail 10: a path that only looks like one. */
  @Test
  void aCaOfTheSameNameWithAnotherKeyIsNotTheCa() {
    TestCa impostor = TestCa.root().below();
    refused(EkRefusal.UNTRUSTED_ISSUER, verify(impostor.issue()));
  }

  @Test
  void anUnreadableIntermediateIsToldAndNotUsed() {
    EkVerdict verdict =
        new EkCertificateVerifier(trusting(ROOT), EkPolicy.standard())
            .verify(CA.issue(), List.of(Bytes.utf8("nothing"), CA.der()), NOW);
    endorsed(verdict);
    assertThat(verdict.findings())
        .extracting(EkFinding::code)
        .contains(EkFinding.Code.INTERMEDIATE_UNREADABLE);
  }

  /** must-fail 10: whoever signs for himself is no vendor, whatever name he takes. */
  @Test
  void aSelfSignedCertificateIsRefused() {
    TestCa himself = TestCa.root("CN=a chip");
    refused(EkRefusal.IS_CA, verify(himself.der()));
    TestCa leaf =
        TestCa.root(ca -> {
          ca.constraints = new BasicConstraints(false);
          ca.usage = KeyUsage.keyAgreement;
        });
    assertThat(verify(leaf.der())).isInstanceOf(Refused.class);
    assertThat(
            new EkCertificateVerifier(trusting(ROOT, CA), EkPolicy.standard())
                .verify(leaf.der(), List.of(leaf.der()), NOW))
        .isInstanceOf(Refused.class);
  }

  /** must-fail 10: CA and key are two things. */
  @Test
  void aCertificateOfACaIsNoneOfAKey() {
    refusedWhen(EkRefusal.IS_CA, leaf -> leaf.constraints = new BasicConstraints(true));
    endorsed(verify(CA.issue(leaf -> leaf.constraints = null)));
  }

  /** must-fail 10: made for something else. */
  @Test
  void anotherExtendedUsageIsRefused() {
    refusedWhen(EkRefusal.NOT_AN_EK, leaf -> leaf.extendedUsage = "2.23.133.8.3");
    refusedWhen(EkRefusal.NOT_AN_EK, leaf -> leaf.extendedUsage = "2.23.133.8.2");
    refusedWhen(EkRefusal.NOT_AN_EK, leaf -> leaf.extendedUsage = "1.3.6.1.5.5.7.3.1");
  }

  @Test
  void aKeyForSigningIsRefused() {
    refusedWhen(EkRefusal.KEY_USAGE, leaf -> leaf.usage = KeyUsage.digitalSignature);
    refusedWhen(EkRefusal.KEY_USAGE, leaf -> leaf.usage = 0);
    endorsed(verify(CA.issue(leaf -> leaf.usage = KeyUsage.keyEncipherment)));
  }

  @Test
  void agreementIsNotTheUsageOfAnRsaKey() {
    SubjectPublicKeyInfo rsa =
        SubjectPublicKeyInfo.getInstance(TestCa.pair("RSA", 2048).getPublic().getEncoded());
    refusedWhen(EkRefusal.KEY_USAGE, leaf -> leaf.key = rsa);
    endorsed(
        verify(
            CA.issue(leaf -> {
              leaf.key = rsa;
              leaf.usage = KeyUsage.keyEncipherment;
            })));
  }

  @Test
  void aKeyIdentifiedAsForEncryptionOnlyNeedsNoUsage() throws IOException {
    SubjectPublicKeyInfo rsa =
        SubjectPublicKeyInfo.getInstance(TestCa.pair("RSA", 2048).getPublic().getEncoded());
    SubjectPublicKeyInfo oaep =
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, DERNull.INSTANCE),
            rsa.parsePublicKey());
    endorsed(
        verify(
            CA.issue(leaf -> {
              leaf.key = oaep;
              leaf.usage = 0;
            })));
  }

  @Test
  void makerModelAndVersionAreNamed() {
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.manufacturer = "");
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.manufacturer = "IFX");
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.manufacturer = "id:4946580");
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.model = "");
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.version = "");
    refusedWhen(EkRefusal.NO_TPM_ATTRIBUTES, leaf -> leaf.version = "id:zz");
  }

  @Test
  void theOnlyNameOfTheSubjectIsMarkedCritical() {
    refusedWhen(EkRefusal.NAME_NOT_CRITICAL, leaf -> leaf.nameCritical = false);
    endorsed(
        verify(
            CA.issue(leaf -> {
              leaf.nameCritical = false;
              leaf.subject = "CN=a chip";
            })));
  }

  @Test
  void aCriticalExtensionThatIsNotUnderstoodIsRefused() {
    refusedWhen(EkRefusal.UNKNOWN_CRITICAL_EXTENSION, leaf -> leaf.unknownCritical = true);
  }

  @Test
  void aCertificateThatIsNotValidYetIsRefused() {
    refusedWhen(EkRefusal.NOT_YET_VALID, leaf -> leaf.begin = NOW.plusSeconds(1));
  }

  /** must-fail 10: expired. */
  @Test
  void aCertificatePastItsEndIsEndorsedAndToldUnlessThePolicyRefuses() {
    Bytes ended = CA.issue(leaf -> leaf.end = NOW.minusSeconds(1));
    EkVerdict told = verify(ended);
    endorsed(told);
    assertThat(told.findings()).extracting(EkFinding::code).contains(EkFinding.Code.EXPIRED);
    EkPolicy strict =
        new EkPolicy(
            Expired.REFUSE, Revocation.TELL_WHEN_UNKNOWN, Set.of(), Set.of(), DenyList.none());
    refused(EkRefusal.EXPIRED, verify(ended, trusting(ROOT, CA), strict));
  }

  @Test
  void anEndedCaIsToldUnlessThePolicyRefuses() {
    TestCa ended =
        ROOT.below("O=Infineon Technologies AG,CN=Old", ca -> ca.end = NOW.minusSeconds(1));
    EkVerdict told = verify(ended.issue(), trusting(ROOT, ended), EkPolicy.standard());
    endorsed(told);
    assertThat(told.findings()).extracting(EkFinding::code).contains(EkFinding.Code.CA_EXPIRED);
    EkPolicy strict =
        new EkPolicy(
            Expired.REFUSE, Revocation.TELL_WHEN_UNKNOWN, Set.of(), Set.of(), DenyList.none());
    refused(EkRefusal.EXPIRED, verify(ended.issue(), trusting(ROOT, ended), strict));
  }

  @Test
  void aCaThatMayNotIssueIsRefused() {
    TestCa noCa =
        ROOT.below(
            "O=Infineon Technologies AG,CN=A", ca -> ca.constraints = new BasicConstraints(false));
    refused(EkRefusal.CA_UNFIT, verify(noCa.issue(), trusting(ROOT, noCa), EkPolicy.standard()));
    TestCa noSigner =
        ROOT.below("O=Infineon Technologies AG,CN=B", ca -> ca.usage = KeyUsage.digitalSignature);
    refused(
        EkRefusal.CA_UNFIT,
        verify(noSigner.issue(), trusting(ROOT, noSigner), EkPolicy.standard()));
    TestCa shallow = TestCa.root(ca -> ca.constraints = new BasicConstraints(0));
    TestCa tooDeep = shallow.below();
    refused(
        EkRefusal.CA_UNFIT,
        verify(tooDeep.issue(), trusting(shallow, tooDeep), EkPolicy.standard()));
    endorsed(verify(shallow.issue(), trusting(shallow), EkPolicy.standard()));
  }

  /** must-fail 10: a leaf as CA. */
  @Test
  void aKeyCertificateIsNoIssuer() {
    X509Certificate endorsedKey = TestCa.parse(CA.issue(leaf -> leaf.subject = "CN=a chip"));
    TestCa chip =
        CA.below(
            "CN=a chip",
            ca -> {
              ca.constraints = new BasicConstraints(false);
              ca.usage = KeyUsage.keyAgreement;
            });
    assertThat(endorsedKey.getSubjectX500Principal())
        .isEqualTo(chip.certificate().getSubjectX500Principal());
    EkVerdict verdict =
        new EkCertificateVerifier(trusting(ROOT, CA), EkPolicy.standard())
            .verify(chip.issue(), List.of(chip.der()), NOW);
    refused(EkRefusal.CA_UNFIT, verdict);
  }

  @Test
  void signaturesWithSha1CountOnlyWherePinned() {
    Bytes weak = CA.issue(leaf -> leaf.algorithm = "SHA1withECDSA");
    refused(EkRefusal.WEAK_SIGNATURE, verify(weak));
    EkPolicy pinned =
        new EkPolicy(
            Expired.ACCEPT_AND_TELL,
            Revocation.TELL_WHEN_UNKNOWN,
            Set.of(),
            Set.of(CA.der().sha256()),
            DenyList.none());
    endorsed(verify(weak, trusting(ROOT, CA), pinned));
    TestCa weakCa =
        ROOT.below("O=Infineon Technologies AG,CN=Weak", ca -> ca.algorithm = "SHA1withECDSA");
    EkVerdict told = verify(weakCa.issue(), trusting(ROOT, weakCa), EkPolicy.standard());
    endorsed(told);
    assertThat(told.findings()).extracting(EkFinding::code).contains(EkFinding.Code.SHA1_CA);
    refused(
        EkRefusal.WEAK_SIGNATURE,
        new EkCertificateVerifier(trusting(ROOT), EkPolicy.standard())
            .verify(weakCa.issue(), List.of(weakCa.der()), NOW));
  }

  @Test
  void theMakerIsTheOneWhoseRootVouches() {
    refusedWhen(EkRefusal.MANUFACTURER, leaf -> leaf.manufacturer = "id:414D4400");
    TestCa stranger = TestCa.root("O=A Laboratory,CN=Root");
    Bytes ofStranger = stranger.issue(leaf -> leaf.manufacturer = "id:414D4400");
    endorsed(verify(ofStranger, trusting(stranger), EkPolicy.standard()));
    VendorRoots inFolder =
        new VendorRoots(
            List.of(VendorRoots.Pinned.of(stranger.certificate(), Optional.of("IFX"))), List.of());
    refused(EkRefusal.MANUFACTURER, verify(ofStranger, inFolder, EkPolicy.standard()));
    endorsed(verify(stranger.issue(), inFolder, EkPolicy.standard()));
  }

  @Test
  void onlyListedMakersCountWhereThePolicyListsThem() {
    EkPolicy only =
        new EkPolicy(
            Expired.ACCEPT_AND_TELL,
            Revocation.TELL_WHEN_UNKNOWN,
            Set.of("STM"),
            Set.of(),
            DenyList.none());
    refused(EkRefusal.MANUFACTURER, verify(CA.issue(), trusting(ROOT, CA), only));
  }

  /** must-fail 22: keys, certificates, CAs and firmware that are known to be bad. */
  @Test
  void whateverADenyListNamesIsRefused() {
    Bytes der = CA.issue();
    EkCertificate certificate = EkCertificate.read(der);
    Bytes key = certificate.key().subjectPublicKeyInfo().sha256();
    SerialNumber number =
        new SerialNumber(
            certificate.x509().getIssuerX500Principal().getName(),
            certificate.x509().getSerialNumber());
    FirmwareRange range = new FirmwareRange("IFX", 0x70000, 0x70001);
    List<DenyList> lists =
        List.of(
            new DenyList(Set.of(key), Set.of(), Set.of(), List.of()),
            new DenyList(Set.of(), Set.of(number), Set.of(), List.of()),
            new DenyList(Set.of(), Set.of(), Set.of(CA.der().sha256()), List.of()),
            new DenyList(Set.of(), Set.of(), Set.of(ROOT.der().sha256()), List.of()),
            new DenyList(Set.of(), Set.of(), Set.of(), List.of(range)));
    for (DenyList list : lists) {
      refused(EkRefusal.DENIED, verify(der, trusting(ROOT, CA), denying(list)));
    }
    FirmwareRange older = new FirmwareRange("IFX", 0, 0x70000);
    FirmwareRange others = new FirmwareRange("STM", 0, -1);
    endorsed(
        verify(
            der,
            trusting(ROOT, CA),
            denying(new DenyList(Set.of(), Set.of(), Set.of(), List.of(older, others)))));
  }

  @Test
  void aRevokedCertificateIsRefused() {
    Bytes der = CA.issue();
    X509CRL list = CA.revocations(NOW.plus(Duration.ofDays(1)), TestCa.parse(der));
    VendorRoots roots = new VendorRoots(trusting(ROOT, CA).certificates(), List.of(list));
    refused(EkRefusal.REVOKED, verify(der, roots, EkPolicy.standard()));
    endorsed(verify(CA.issue(), roots, EkPolicy.standard()));
    X509CRL ofTheRoot = ROOT.revocations(NOW.plus(Duration.ofDays(1)), CA.certificate());
    VendorRoots withoutCa = new VendorRoots(roots.certificates(), List.of(ofTheRoot));
    refused(EkRefusal.REVOKED, verify(der, withoutCa, EkPolicy.standard()));
  }

  @Test
  void aListOfAnImpostorRevokesNothing() {
    Bytes der = CA.issue();
    X509CRL forged =
        TestCa.root().below().revocations(NOW.plus(Duration.ofDays(1)), TestCa.parse(der));
    VendorRoots roots = new VendorRoots(trusting(ROOT, CA).certificates(), List.of(forged));
    endorsed(verify(der, roots, EkPolicy.standard()));
  }

  @Test
  void aMissingOrStaleListIsToldOrRefusedAsThePolicySays() {
    Bytes der = CA.issue();
    refused(EkRefusal.REVOCATION_UNKNOWN, verify(der, trusting(ROOT, CA), STRICT));
    List<VendorRoots.Pinned> pinned = trusting(ROOT, CA).certificates();
    Instant tomorrow = NOW.plus(Duration.ofDays(1));
    VendorRoots stale =
        new VendorRoots(
            pinned, List.of(CA.revocations(NOW.minusSeconds(1)), ROOT.revocations(tomorrow)));
    refused(EkRefusal.REVOCATION_UNKNOWN, verify(der, stale, STRICT));
    assertThat(verify(der, stale, EkPolicy.standard()).findings())
        .extracting(EkFinding::code)
        .containsExactly(EkFinding.Code.CRL_STALE);
    VendorRoots fresh =
        new VendorRoots(pinned, List.of(CA.revocations(tomorrow), ROOT.revocations(tomorrow)));
    endorsed(verify(der, fresh, STRICT));
    assertThat(verify(der, fresh, STRICT).findings()).isEmpty();
  }

  /** must-fail 22: ROCA. Made as the generator did: a power of 65537 modulo a product of primes. */
  @Test
  void aKeyOfTheFaultyGeneratorIsRefused() throws IOException {
    BigInteger primes = BigInteger.ONE;
    for (int i = 3; i <= 167; i++) {
      BigInteger candidate = BigInteger.valueOf(i);
      primes = candidate.isProbablePrime(30) ? primes.multiply(candidate) : primes;
    }
    BigInteger power = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12345), primes);
    BigInteger modulus =
        power.add(
            primes.multiply(BigInteger.ONE.shiftLeft(2047).divide(primes).add(BigInteger.ONE)));
    modulus = modulus.testBit(0) ? modulus : modulus.add(primes);
    assertThat(modulus.bitLength()).isEqualTo(2048);
    SubjectPublicKeyInfo faulty = rsa(modulus, 65537);
    refusedWhen(
        EkRefusal.KEY_ROCA,
        leaf -> {
          leaf.key = faulty;
          leaf.usage = KeyUsage.keyEncipherment;
        });
  }

  private static SubjectPublicKeyInfo rsa(BigInteger modulus, int exponent) throws IOException {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
        new RSAPublicKey(modulus, BigInteger.valueOf(exponent)));
  }

  @Test
  void unfitKeysAreRefused() throws IOException {
    BigInteger modulus = BigInteger.ONE.shiftLeft(2047).add(BigInteger.valueOf(12345));
    SubjectPublicKeyInfo exponent = rsa(modulus, 3);
    refusedWhen(EkRefusal.KEY_WEAK, leaf -> leaf.key = exponent);
    SubjectPublicKeyInfo even = rsa(modulus.add(BigInteger.ONE), 65537);
    refusedWhen(EkRefusal.KEY_WEAK, leaf -> leaf.key = even);
    SubjectPublicKeyInfo small =
        SubjectPublicKeyInfo.getInstance(TestCa.pair("RSA", 1024).getPublic().getEncoded());
    refusedWhen(EkRefusal.KEY_WEAK, leaf -> leaf.key = small);
    SubjectPublicKeyInfo edwards =
        SubjectPublicKeyInfo.getInstance(TestCa.pair("Ed25519", 255).getPublic().getEncoded());
    refusedWhen(EkRefusal.KEY_KIND, leaf -> leaf.key = edwards);
  }

  @Test
  void paddingMayFollowACertificateAndNothingElse() {
    Bytes der = CA.issue();
    endorsed(verify(Bytes.concat(der, Bytes.zeros(100))));
    endorsed(verify(Bytes.concat(der, Bytes.of(0xff, 0xff))));
    refused(EkRefusal.TRAILING_DATA, verify(Bytes.concat(der, Bytes.of(1))));
    refused(EkRefusal.TRAILING_DATA, verify(Bytes.concat(der, Bytes.of(0, 0xff))));
    refused(EkRefusal.TRAILING_DATA, verify(Bytes.concat(der, Bytes.utf8("garbage"))));
    refused(EkRefusal.TRAILING_DATA, verify(Bytes.concat(der, der)));
  }

  @Test
  void aWrapperOfTheTimeOfTpm12IsTakenOff() {
    Bytes der = CA.issue();
    Bytes wrapped =
        Bytes.concat(
            Bytes.of(0x10, 0x01, 0x00), Bytes.u16(der.size() + 2), Bytes.of(0x10, 0x02), der);
    EkVerdict verdict = verify(Bytes.concat(wrapped, Bytes.of(0xff, 0xff)));
    endorsed(verdict);
    assertThat(verdict.findings())
        .extracting(EkFinding::code)
        .contains(EkFinding.Code.TPM12_WRAPPER, EkFinding.Code.PADDING);
    Bytes lying =
        Bytes.concat(
            Bytes.of(0x10, 0x01, 0x00), Bytes.u16(der.size() + 3), Bytes.of(0x10, 0x02), der);
    refused(EkRefusal.NOT_A_CERTIFICATE, verify(lying));
  }

  /** must-fail 10: lengths that only BER allows. */
  @Test
  void lengthsThatAreNotDerAreRefused() {
    Bytes der = CA.issue();
    int size = der.size() - 4;
    Bytes body = der.slice(4);
    refused(EkRefusal.NOT_A_CERTIFICATE, verify(Bytes.EMPTY));
    refused(EkRefusal.NOT_A_CERTIFICATE, verify(Bytes.utf8("no certificate")));
    refused(
        EkRefusal.NOT_A_CERTIFICATE,
        verify(Bytes.concat(Bytes.of(0x30, 0x83, 0), Bytes.u16(size), body)));
    refused(
        EkRefusal.NOT_A_CERTIFICATE,
        verify(Bytes.concat(Bytes.of(0x30, 0x80), body, Bytes.of(0, 0))));
    refused(EkRefusal.NOT_A_CERTIFICATE, verify(Bytes.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)));
    for (int cut = 0; cut < der.size(); cut++) {
      refused(EkRefusal.NOT_A_CERTIFICATE, verify(der.slice(0, cut)));
    }
  }

  @Test
  void noChangedOctetLeavesACertificateEndorsed() {
    Bytes der = CA.issue();
    Random random = new Random(20260103);
    for (int at = 0; at < der.size(); at++) {
      byte[] changed = der.toArray();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(verify(Bytes.copyOf(changed))).as("octet " + at).isInstanceOf(Refused.class);
    }
  }

  /**
   * Nothing signs what lies around the part that is signed: outer lengths, algorithm, signature.
   */
  @Test
  void noChangedBitAroundTheSignedPartLeavesACertificateEndorsed() {
    for (int round = 0; round < Integer.getInteger("fv.rounds", 4); round++) {
      Bytes der = CA.issue();
      int signed = new DerStructure(der).content(0);
      int behind = new DerStructure(der).end(signed, der.size());
      for (int at = 0; at < der.size(); at = at == signed + 3 ? behind : at + 1) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] changed = der.toArray();
          changed[at] ^= (byte) (1 << bit);
          assertThat(verify(Bytes.copyOf(changed)))
              .as("bit " + bit + " of octet " + at + " of " + der.toHex())
              .isInstanceOf(Refused.class);
        }
      }
    }
  }

  @Test
  void aSignatureIsOfWholeOctets() {
    Bytes der = CA.issue();
    int signed = new DerStructure(der).content(0);
    int algorithm = new DerStructure(der).end(signed, der.size());
    int signature = new DerStructure(der).end(algorithm, der.size());
    int unused = new DerStructure(der).content(signature);
    for (int bits = 1; bits < 8; bits++) {
      byte[] changed = der.toArray();
      changed[unused] = (byte) bits;
      refused(EkRefusal.NOT_A_CERTIFICATE, verify(Bytes.copyOf(changed)));
    }
  }

  @Test
  void randomOctetsLeadToACertificateOrToTheDeclaredException() {
    Bytes der = CA.issue();
    Random random = new Random(20260105);
    int read = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] changed = der.toArray();
      for (int i = random.nextInt(6); i >= 0; i--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        EkCertificate certificate = EkCertificate.read(Bytes.copyOf(changed));
        assertThat(Bytes.copyOf(changed).slice(0, certificate.der().size()))
            .isEqualTo(certificate.der());
        read++;
      } catch (EkCertificateException declared) {
        assertThat(declared.refusal()).isNotNull();
      }
    }
    assertThat(read).isGreaterThan(100);
  }

  @Test
  void rootsLieInAFolderPerMaker(@TempDir Path folder) throws IOException {
    Path own = Files.createDirectory(folder.resolve("IFX"));
    Files.writeString(own.resolve("roots.pem"), pem(ROOT) + pem(CA));
    Files.write(folder.resolve("other.der"), TestCa.root("CN=Other").der().toArray());
    Files.writeString(folder.resolve("README.md"), "not a certificate");
    VendorRoots roots = VendorRoots.load(folder);
    assertThat(roots.certificates())
        .extracting(VendorRoots.Pinned::maker)
        .containsExactlyInAnyOrder(Optional.of("IFX"), Optional.of("IFX"), Optional.empty());
    endorsed(verify(CA.issue(), roots, EkPolicy.standard()));
    Files.writeString(folder.resolve("broken.pem"), "nothing");
    assertThat(org.assertj.core.api.Assertions.catchException(() -> VendorRoots.load(folder)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.pem");
  }

  private static String pem(TestCa authority) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(authority.der().toArray())
        + "\n-----END CERTIFICATE-----\n";
  }
}
