// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.keys.CaKey;
import io.fleetverifier.server.keys.KeyIntegrityException;
import io.fleetverifier.server.keys.P256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The installation's own certificate authority (RFC 5280), which signs server certificates only.
 */
final class CertificateAuthority {

  /** Devices hold this certificate for their life, so it lives longer than they do. */
  static final Duration CA_LIFE = Duration.ofDays(25 * 365L + 6);

  static final Duration LEAF_LIFE = Duration.ofDays(90);

  /** Certificates begin a little earlier than they are made: other clocks are late. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final int SERIAL_BITS = 127;

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  /**
   * @throws KeyIntegrityException when the certificate stored beside the key is not the key's own
   */
  CertificateAuthority(CaKey ca, SecureRandom random) {
    this.key = ca.privateKey();
    this.random = random;
    try {
      this.certificate = parse(ca.certificate().toArray());
      if (!P256.point((ECPublicKey) certificate.getPublicKey()).equals(ca.publicPoint())) {
        throw new KeyIntegrityException("the CA's certificate is not for the CA's key");
      }
      certificate.verify(certificate.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new KeyIntegrityException("the CA's certificate is damaged", e);
    }
  }

  /** A server certificate and its key, which exists in memory only. */
  record Leaf(X509Certificate certificate, PrivateKey key) {}

  X509Certificate certificate() {
    return certificate;
  }

  /** The self-signed certificate of a new CA key, as DER. */
  static Bytes selfSigned(KeyPair pair, Instant now, SecureRandom random) {
    String id = P256.point((ECPublicKey) pair.getPublic()).sha256().slice(0, 4).toHex();
    X500Name name = new X500Name("CN=Fleet Verifier CA " + id);
    try {
      X509v3CertificateBuilder builder =
          builder(name, name, pair.getPublic(), now, CA_LIFE, random)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return Bytes.copyOf(sign(builder, pair.getPrivate()).getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
  }

  /** A new key and its certificate for the given names. */
  Leaf issue(ServerNames names, Instant now) {
    KeyPair pair = P256.generate(random);
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          builder(
                  issuer,
                  new X500Name("CN=Fleet Verifier"),
                  pair.getPublic(),
                  now,
                  LEAF_LIFE,
                  random)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.subjectAlternativeName, false, names.subjectAlternativeNames())
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return new Leaf(sign(builder, key), pair.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      Instant now,
      Duration life,
      SecureRandom random) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(life)),
        subject,
        key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, IOException {
    try {
      return parse(
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
