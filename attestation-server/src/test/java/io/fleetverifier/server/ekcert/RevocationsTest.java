// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.STRICT;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static io.fleetverifier.server.ekcert.Judged.trusting;
import static io.fleetverifier.server.ekcert.Judged.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.EkFinding.Code;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.junit.jupiter.api.Test;

class RevocationsTest {

  private static final Instant TOMORROW = NOW.plusSeconds(86_400);
  private static final TestCa ROOT = TestCa.root();
  private static final TestCa CA = ROOT.below();
  private static final VendorRoots TRUSTED = trusting(ROOT, CA);

  private static EkVerdict verify(Bytes der, VendorRoots roots, TestCa... intermediates) {
    return new EkCertificateVerifier(roots, EkPolicy.standard())
        .verify(der, Arrays.stream(intermediates).map(TestCa::der).toList(), NOW);
  }

  private static EkVerdict strictly(Bytes der, VendorRoots roots) {
    return new EkCertificateVerifier(roots, STRICT).verify(der, List.of(), NOW);
  }

  /** Lists that leave something out, each newer than a complete one. */
  private static List<Consumer<X509v2CRLBuilder>> incomplete() {
    IssuingDistributionPoint ofUsers =
        new IssuingDistributionPoint(null, true, false, null, false, false);
    ASN1ObjectIdentifier foreign = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
    return List.of(
        list -> add(list, Extension.deltaCRLIndicator, true, new ASN1Integer(1)),
        list -> add(list, Extension.deltaCRLIndicator, false, new ASN1Integer(1)),
        list -> add(list, Extension.issuingDistributionPoint, true, ofUsers),
        list -> add(list, Extension.issuingDistributionPoint, false, ofUsers),
        list -> add(list, foreign, true, new DERUTF8String("x")));
  }

  private static void add(
      X509v2CRLBuilder list, ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
    try {
      list.addExtension(type, critical, value);
    } catch (CertIOException e) {
      throw new AssertionError(e);
    }
  }

  private static X509CRL newer(Consumer<X509v2CRLBuilder> change, X509Certificate... revoked) {
    return CA.revocations(NOW.minusSeconds(60), TOMORROW, change, revoked);
  }

  @Test
  void aListThatLeavesSomethingOutHidesNoRevocation() {
    Bytes der = CA.issue();
    X509CRL base = CA.revocations(TOMORROW, TestCa.parse(der));
    for (Consumer<X509v2CRLBuilder> change : incomplete()) {
      refused(EkRefusal.REVOKED, verify(der, with(TRUSTED, base, newer(change))));
      refused(EkRefusal.REVOKED, verify(der, with(TRUSTED, newer(change), base)));
    }
  }

  @Test
  void aListThatLeavesSomethingOutRevokesToo() {
    Bytes der = CA.issue();
    for (Consumer<X509v2CRLBuilder> change : incomplete()) {
      X509CRL part = newer(change, TestCa.parse(der));
      refused(EkRefusal.REVOKED, verify(der, with(TRUSTED, CA.revocations(TOMORROW), part)));
    }
  }

  @Test
  void aListThatLeavesSomethingOutNeverShowsThatNothingIsRevoked() {
    Bytes der = CA.issue();
    X509CRL ofTheRoot = ROOT.revocations(TOMORROW);
    endorsed(strictly(der, with(TRUSTED, ofTheRoot, CA.revocations(TOMORROW))));
    for (Consumer<X509v2CRLBuilder> change : incomplete()) {
      refused(EkRefusal.REVOCATION_UNKNOWN, strictly(der, with(TRUSTED, ofTheRoot, newer(change))));
      X509CRL stale = CA.revocations(NOW.minusSeconds(1));
      VendorRoots roots = with(TRUSTED, ofTheRoot, stale, newer(change));
      refused(EkRefusal.REVOCATION_UNKNOWN, strictly(der, roots));
      assertThat(verify(der, roots).findings())
          .extracting(EkFinding::code)
          .contains(Code.CRL_STALE);
    }
  }

  @Test
  void anOlderListStillRevokes() {
    Bytes der = CA.issue();
    X509CRL old = CA.revocations(NOW.minusSeconds(3600), TestCa.parse(der));
    refused(EkRefusal.REVOKED, verify(der, with(TRUSTED, old, newer(list -> {}))));
  }

  @Test
  void aRevocationCountsAlsoWhenNoRootIsReached() {
    Bytes der = CA.issue();
    X509CRL list = CA.revocations(TOMORROW, TestCa.parse(der));
    refused(EkRefusal.REVOKED, verify(der, with(VendorRoots.none(), list), CA));
    refused(EkRefusal.UNTRUSTED_ISSUER, verify(der, with(VendorRoots.none(), list)));
    X509CRL ofTheRoot = ROOT.revocations(TOMORROW, CA.certificate());
    refused(EkRefusal.REVOKED, verify(der, with(VendorRoots.none(), ofTheRoot), CA, ROOT));
    TestCa impostor = TestCa.root().below();
    X509CRL forged = impostor.revocations(TOMORROW, TestCa.parse(der));
    refused(
        EkRefusal.UNTRUSTED_ISSUER, verify(der, with(VendorRoots.none(), forged), CA, impostor));
  }

  @Test
  void aRevokedCaDoesNotComeBackByAnotherCertificateOfItsKey() {
    TestCa other = TestCa.root("O=Infineon Technologies AG,CN=Another Root");
    TestCa twin = CA.twinBelow(other);
    X509CRL list = ROOT.revocations(TOMORROW, CA.certificate());
    Bytes der = CA.issue();
    refused(EkRefusal.REVOKED, verify(der, with(trusting(other, twin, ROOT, CA), list)));
    refused(EkRefusal.REVOKED, verify(der, with(trusting(other, twin, ROOT), list), CA));
    endorsed(verify(der, with(trusting(other, twin), list)));
  }

  @Test
  void noOtherFaultHidesARevocation() {
    Bytes der = CA.issue(leaf -> leaf.usage = KeyUsage.digitalSignature);
    X509CRL list = CA.revocations(TOMORROW, TestCa.parse(der));
    refused(EkRefusal.REVOKED, verify(der, with(TRUSTED, list)));
  }
}
