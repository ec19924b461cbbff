// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.anotherKey;
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
import io.fleetverifier.tpm.TpmtPublic;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class DenyListTest {

  private static final TestCa ROOT = TestCa.root();
  private static final TestCa CA = ROOT.below();
  private static final TestCa OTHER_ROOT =
      TestCa.root("O=Infineon Technologies AG,CN=Another Root");

  private static DenyList ofNumber(X509Certificate certificate) {
    return new DenyList(Set.of(), Set.of(SerialNumber.of(certificate)), Set.of(), List.of());
  }

  private static DenyList ofAuthority(Bytes fingerprint) {
    return new DenyList(Set.of(), Set.of(), Set.of(fingerprint), List.of());
  }

  private static EkVerdict verify(
      Bytes certificate, VendorRoots roots, DenyList denied, TestCa... intermediates) {
    return new EkCertificateVerifier(roots, denying(denied))
        .verify(certificate, Arrays.stream(intermediates).map(TestCa::der).toList(), NOW);
  }

  @Test
  void noOtherFaultHidesThatACertificateIsDenied() {
    List<Consumer<TestCa.Leaf>> faults =
        List.of(
            leaf -> leaf.usage = KeyUsage.digitalSignature,
            leaf -> leaf.constraints = new BasicConstraints(true),
            leaf -> leaf.extendedUsage = "2.23.133.8.3",
            leaf -> leaf.manufacturer = "",
            leaf -> leaf.unknownCritical = true,
            leaf -> leaf.begin = NOW.plusSeconds(1),
            leaf -> leaf.algorithm = "SHA1withECDSA");
    FirmwareRange firmware = new FirmwareRange("IFX", 0x70001, 0x70001);
    Bytes key = EkCertificate.read(CA.issue()).key().subjectPublicKeyInfo().sha256();
    for (Consumer<TestCa.Leaf> fault : faults) {
      Bytes der = CA.issue(fault);
      X509Certificate certificate = TestCa.parse(der);
      assertThat(verify(der, trusting(ROOT, CA), DenyList.none()))
          .isInstanceOfSatisfying(
              EkVerdict.Refused.class,
              refused -> assertThat(refused.code()).isNotEqualTo(EkRefusal.DENIED));
      refused(EkRefusal.DENIED, verify(der, VendorRoots.none(), ofNumber(certificate)));
      refused(
          EkRefusal.DENIED,
          verify(
              der, VendorRoots.none(), new DenyList(Set.of(key), Set.of(), Set.of(), List.of())));
      refused(EkRefusal.DENIED, verify(der, trusting(ROOT, CA), ofAuthority(CA.der().sha256())));
      if (EkCertificate.read(der).identity().isPresent()) {
        refused(
            EkRefusal.DENIED,
            verify(
                der,
                VendorRoots.none(),
                new DenyList(Set.of(), Set.of(), Set.of(), List.of(firmware))));
      }
    }
  }

  @Test
  void anotherKeyDoesNotHideThatACertificateIsDenied() {
    Bytes der = CA.issue();
    TpmtPublic other = anotherKey();
    EkCertificateVerifier verifier =
        new EkCertificateVerifier(trusting(ROOT, CA), denying(ofNumber(TestCa.parse(der))));
    refused(EkRefusal.DENIED, verifier.verify(der, other, List.of(), NOW));
  }

  @Test
  void aDeniedCaDeniesAlsoWhenNoRootIsReached() {
    Bytes der = CA.issue();
    DenyList denied = ofAuthority(CA.der().sha256());
    refused(EkRefusal.DENIED, verify(der, VendorRoots.none(), denied, CA));
    refused(EkRefusal.DENIED, verify(der, trusting(CA), denied));
    TestCa lower = CA.below("O=Infineon Technologies AG,CN=Test CA 02", ca -> {});
    refused(EkRefusal.DENIED, verify(lower.issue(), VendorRoots.none(), denied, lower, CA));
    TestCa impostor = TestCa.root().below();
    endorsed(verify(der, trusting(ROOT, CA), ofAuthority(impostor.der().sha256()), impostor));
  }

  @Test
  void aDeniedCaDoesNotComeBackByAnotherCertificateOfItsKey() {
    TestCa twin = CA.twinBelow(OTHER_ROOT);
    Bytes der = CA.issue();
    DenyList denied = ofAuthority(CA.der().sha256());
    refused(EkRefusal.DENIED, verify(der, trusting(ROOT, CA, OTHER_ROOT, twin), denied));
    refused(EkRefusal.DENIED, verify(der, trusting(OTHER_ROOT, twin, ROOT, CA), denied));
    refused(EkRefusal.DENIED, verify(der, trusting(OTHER_ROOT, twin), denied, CA));
    refused(EkRefusal.DENIED, verify(der, trusting(OTHER_ROOT, CA), denied, twin));
    refused(
        EkRefusal.DENIED,
        verify(der, trusting(OTHER_ROOT, twin), ofAuthority(CA.keyFingerprint())));
    endorsed(verify(der, trusting(OTHER_ROOT, twin), ofAuthority(ROOT.keyFingerprint())));
  }

  @Test
  void aDeniedCaAboveOutranksAnotherPath() {
    TestCa twin = CA.twinBelow(OTHER_ROOT);
    refused(
        EkRefusal.DENIED,
        verify(CA.issue(), trusting(OTHER_ROOT, twin, ROOT, CA), ofAuthority(ROOT.der().sha256())));
  }

  @Test
  void amongUnfitPathsTheDeniedOneCounts() {
    TestCa shallow = TestCa.root(ca -> ca.constraints = new BasicConstraints(0));
    TestCa below = shallow.below();
    TestCa twin = below.twinBelow(OTHER_ROOT);
    Bytes der = below.issue();
    VendorRoots roots = trusting(shallow, below, OTHER_ROOT, twin);
    refused(EkRefusal.CA_UNFIT, verify(der, trusting(shallow, below), DenyList.none()));
    refused(EkRefusal.DENIED, verify(der, roots, ofAuthority(OTHER_ROOT.der().sha256())));
    EkPolicy strict =
        new EkPolicy(
            Expired.REFUSE,
            Revocation.REFUSE_WHEN_UNKNOWN,
            Set.of(),
            Set.of(),
            ofAuthority(OTHER_ROOT.der().sha256()));
    refused(EkRefusal.DENIED, new EkCertificateVerifier(roots, strict).verify(der, List.of(), NOW));
  }

  @Test
  void aCertificateIsDeniedByItsNumberAsItIsShown() {
    List<ASN1Encodable> written =
        List.of(
            new DERT61String("Infineon, \"Chips\" + more"),
            new DERBMPString("Infineon  \u00dcber Technologies"),
            new DERIA5String(" #Infineon=<Technologies>; "),
            new DERUTF8String("Infineon \\ Technologies AG"),
            new DERUTF8String("Infineon \u0000 \u202e AG"));
    for (ASN1Encodable organisation : written) {
      TestCa root =
          TestCa.root(
              new X500NameBuilder()
                  .addRDN(BCStyle.O, organisation)
                  .addRDN(BCStyle.EmailAddress, new DERIA5String("Ca@Example.com"))
                  .addRDN(BCStyle.CN, new DERUTF8String("Root"))
                  .build(),
              TestCa.ec(),
              ca -> {});
      Bytes der = root.issue();
      X509Certificate certificate = TestCa.parse(der);
      String shown =
          PrintableText.of(certificate.getIssuerX500Principal().getName(X500Principal.RFC2253));
      String stored = new X500Principal(shown).getName(X500Principal.RFC2253);
      for (String issuer : List.of(shown, stored, stored.replace("Root", "ROOT"))) {
        SerialNumber number = new SerialNumber(issuer, certificate.getSerialNumber());
        DenyList denied = new DenyList(Set.of(), Set.of(number), Set.of(), List.of());
        assertThat(denied.names(certificate)).as(issuer).isTrue();
        refused(EkRefusal.DENIED, verify(der, trusting(root), denied));
      }
      SerialNumber other =
          new SerialNumber(shown, certificate.getSerialNumber().add(BigInteger.ONE));
      endorsed(
          verify(der, trusting(root), new DenyList(Set.of(), Set.of(other), Set.of(), List.of())));
    }
  }

  @Test
  void whateverIsWrittenAsTheNameOfACaIsCompared() {
    Random random = new Random(20260111);
    String letters = "CNO=,+\"\\#<>; ab\0\n\u00e4\u202e\ud800\udc00";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder name = new StringBuilder(random.nextBoolean() ? "CN=" : "");
      for (int i = random.nextInt(20); i > 0; i--) {
        name.append(letters.charAt(random.nextInt(letters.length())));
      }
      SerialNumber number = new SerialNumber(name.toString(), BigInteger.ONE);
      assertThat(number).isEqualTo(new SerialNumber(name.toString(), BigInteger.ONE));
    }
  }

  @Test
  void theNameOfAnotherCaIsNotDenied() {
    Bytes der = CA.issue();
    X509Certificate certificate = TestCa.parse(der);
    SerialNumber other =
        new SerialNumber("O=Infineon Technologies AG,CN=Test CA 0", certificate.getSerialNumber());
    assertThat(new DenyList(Set.of(), Set.of(other), Set.of(), List.of()).names(certificate))
        .isFalse();
  }

  @Test
  void aNegativeNumberIsDeniedWithItsSignOrByItsOctets() {
    X509Certificate certificate =
        TestCa.parse(CA.issue(leaf -> leaf.serial = BigInteger.valueOf(-5)));
    String issuer = certificate.getIssuerX500Principal().getName().toUpperCase(Locale.ROOT);
    for (String number : List.of("-5", "fb")) {
      SerialNumber named = new SerialNumber(issuer, new BigInteger(number, 16));
      assertThat(new DenyList(Set.of(), Set.of(named), Set.of(), List.of()).names(certificate))
          .isTrue();
    }
    SerialNumber other = new SerialNumber(issuer, BigInteger.valueOf(5));
    assertThat(new DenyList(Set.of(), Set.of(other), Set.of(), List.of()).names(certificate))
        .isFalse();
  }
}
