// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static io.fleetverifier.server.ekcert.Judged.trusting;
import static io.fleetverifier.server.ekcert.Judged.with;

import io.fleetverifier.bytes.Bytes;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;

/** However much an operator puts into the folder, no good TPM is refused for it. */
class CasOfOneNameTest {

  private static final Instant TOMORROW = NOW.plusSeconds(86_400);
  private static final SubjectPublicKeyInfo RSA =
      SubjectPublicKeyInfo.getInstance(TestCa.pair("RSA", 2048).getPublic().getEncoded());

  /** A host as swtpm-localca makes it: names as on each other host, keys of its own. */
  private record Host(TestCa root, TestCa issuer) {

    static Host make() {
      TestCa root = TestCa.root("CN=swtpm-localca-rootca");
      return new Host(root, root.below("CN=swtpm-localca", ca -> {}));
    }

    List<Bytes> certificates() {
      Bytes rsa =
          issuer.issue(leaf -> {
            leaf.key = RSA;
            leaf.usage = KeyUsage.keyEncipherment;
          });
      return List.of(rsa, issuer.issue());
    }
  }

  private static List<Host> hosts() {
    return IntStream.range(0, 60).mapToObj(i -> Host.make()).toList();
  }

  private static void allEndorsed(VendorRoots roots, List<Bytes> sent, List<Bytes> certificates) {
    TpmVerifier verifier =
        new EkCertificateVerifier(roots, EkPolicy.standard()).forIntermediates(sent);
    for (Bytes certificate : certificates) {
      endorsed(verifier.verify(certificate, EkCertificate.read(certificate).key(), NOW));
    }
  }

  @Test
  void tpmsOfSixtyHostsAreEndorsedWhicheverKeyComesFirst() {
    List<Host> hosts = hosts();
    VendorRoots all =
        trusting(
            hosts.stream()
                .flatMap(host -> Stream.of(host.root(), host.issuer()))
                .toArray(TestCa[]::new));
    for (Host host : hosts) {
      List<Bytes> certificates = host.certificates();
      allEndorsed(all, List.of(), certificates);
      allEndorsed(all, List.of(), certificates.reversed());
    }
  }

  @Test
  void theIssuerMayAsWellComeWithTheDevice() {
    List<Host> hosts = hosts();
    VendorRoots roots = trusting(hosts.stream().map(Host::root).toArray(TestCa[]::new));
    for (Host host : List.of(hosts.getFirst(), hosts.get(30), hosts.getLast())) {
      List<Bytes> sent = List.of(host.issuer().der());
      allEndorsed(roots, sent, host.certificates());
      allEndorsed(roots, sent, host.certificates().reversed());
    }
  }

  @Test
  void aHostThatIsNotInTheFolderIsRefusedForThat() {
    VendorRoots others = trusting(hosts().stream().map(Host::issuer).toArray(TestCa[]::new));
    Host stranger = Host.make();
    EkCertificateVerifier verifier = new EkCertificateVerifier(others, EkPolicy.standard());
    refused(EkRefusal.UNTRUSTED_ISSUER, verifier.verify(stranger.issuer().issue(), List.of(), NOW));
  }

  private static X509CRL[] lists(TestCa root, TestCa authority, X509Certificate... revoked) {
    List<X509CRL> lists = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lists.add(authority.revocations(TOMORROW));
    }
    lists.add(authority.revocations(NOW, revoked));
    lists.add(root.revocations(TOMORROW));
    return lists.toArray(X509CRL[]::new);
  }

  @Test
  void aHundredListsOfOneCaAreReadToTheLast() {
    Host host = Host.make();
    EkPolicy strict =
        new EkPolicy(
            EkPolicy.Expired.ACCEPT_AND_TELL,
            EkPolicy.Revocation.REFUSE_WHEN_UNKNOWN,
            Set.of(),
            Set.of(),
            DenyList.none());
    Bytes good = host.issuer().issue();
    Bytes bad = host.issuer().issue();
    X509CRL[] lists = lists(host.root(), host.issuer(), TestCa.parse(bad));
    EkCertificateVerifier pinned =
        new EkCertificateVerifier(with(trusting(host.root(), host.issuer()), lists), strict);
    endorsed(pinned.verify(good, List.of(), NOW));
    refused(EkRefusal.REVOKED, pinned.verify(bad, List.of(), NOW));
    EkCertificateVerifier brought =
        new EkCertificateVerifier(with(trusting(host.root()), lists), strict);
    endorsed(brought.verify(good, List.of(host.issuer().der()), NOW));
    refused(EkRefusal.REVOKED, brought.verify(bad, List.of(host.issuer().der()), NOW));
  }

  /** The list counts for the CA that signed it, not for others of its name, pinned or brought. */
  @Test
  void aListIsOfTheCaThatSignedIt() {
    Host host = Host.make();
    Host other = Host.make();
    Bytes der = host.issuer().issue();
    X509CRL forged = other.issuer().revocations(TOMORROW, TestCa.parse(der));
    X509CRL own = host.issuer().revocations(TOMORROW, TestCa.parse(der));
    TestCa[] all = {other.root(), other.issuer(), host.root(), host.issuer()};
    EkPolicy policy = EkPolicy.standard();
    endorsed(
        new EkCertificateVerifier(with(trusting(all), forged), policy).verify(der, List.of(), NOW));
    refused(
        EkRefusal.REVOKED,
        new EkCertificateVerifier(with(trusting(all), forged, own), policy)
            .verify(der, List.of(), NOW));
    VendorRoots withoutIssuer = trusting(other.root(), other.issuer(), host.root());
    List<Bytes> sent = List.of(host.issuer().der());
    endorsed(new EkCertificateVerifier(with(withoutIssuer, forged), policy).verify(der, sent, NOW));
    refused(
        EkRefusal.REVOKED,
        new EkCertificateVerifier(with(withoutIssuer, forged, own), policy).verify(der, sent, NOW));
  }
}
