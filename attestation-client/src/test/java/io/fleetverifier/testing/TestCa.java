// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, with keys of its own, at any time. */
public final class TestCa {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final List<X509Certificate> chain;

  private TestCa(X509Certificate certificate, PrivateKey key, List<X509Certificate> chain) {
    this.certificate = certificate;
    this.key = key;
    this.chain = chain;
  }

  /** When certificates count. */
  public record Validity(Instant notBefore, Instant notAfter) {
    /** From a day ago, for a month. */
    public static Validity now() {
      Instant now = Instant.now();
      return new Validity(now.minus(1, ChronoUnit.DAYS), now.plus(30, ChronoUnit.DAYS));
    }

    /** A month that ended ten years ago. */
    public static Validity longAgo() {
      Instant end = Instant.now().minus(3650, ChronoUnit.DAYS);
      return new Validity(end.minus(30, ChronoUnit.DAYS), end);
    }

    /** A month that begins in ten years. */
    public static Validity inTenYears() {
      Instant begin = Instant.now().plus(3650, ChronoUnit.DAYS);
      return new Validity(begin, begin.plus(30, ChronoUnit.DAYS));
    }
  }

  /** A root. */
  public static TestCa root(String name, Validity validity) {
    KeyPair keys = keys();
    X509Certificate certificate =
        certificate(name, keys, name, keys.getPrivate(), validity, true, List.of());
    return new TestCa(certificate, keys.getPrivate(), List.of());
  }

  /** A CA that this one certifies. */
  public TestCa intermediate(String name, Validity validity) {
    KeyPair keys = keys();
    X509Certificate issued = certificate(name, keys, issuer(), key, validity, true, List.of());
    List<X509Certificate> longer = new ArrayList<>(List.of(issued));
    longer.addAll(chain);
    return new TestCa(issued, keys.getPrivate(), longer);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A server with a certificate for these DNS names and IP addresses. */
  public SSLContext server(Validity validity, String... names) {
    KeyPair keys = keys();
    X509Certificate leaf =
        certificate("server", keys, issuer(), key, validity, false, List.of(names));
    List<Certificate> path = new ArrayList<>(List.of(leaf));
    path.addAll(chain);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", keys.getPrivate(), new char[0], path.toArray(Certificate[]::new));
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, RANDOM);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String issuer() {
    return certificate.getSubjectX500Principal().getName().substring("CN=".length());
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate certificate(
      String subject,
      KeyPair keys,
      String issuer,
      PrivateKey issuerKey,
      Validity validity,
      boolean authority,
      List<String> names) {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + issuer),
            new BigInteger(64, RANDOM),
            Date.from(validity.notBefore()),
            Date.from(validity.notAfter()),
            new X500Name("CN=" + subject),
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
      if (!authority) {
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralNames alternativeNames(List<String> names) {
    return new GeneralNames(
        names.stream()
            .map(name ->
                new GeneralName(
                    name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new));
  }
}
