// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates by nobody in particular. */
final class TestCertificates {
  private TestCertificates() {}

  /** A certificate for the key of this SubjectPublicKeyInfo. */
  static Bytes of(Bytes subjectPublicKeyInfo) {
    return of(subjectPublicKeyInfo, 0);
  }

  /** One with an extension of this size. */
  static Bytes of(Bytes subjectPublicKeyInfo, int extensionSize) {
    X500Name nobody = new X500Name("CN=nobody");
    try {
      return Bytes.copyOf(
          new X509v3CertificateBuilder(
                  nobody,
                  BigInteger.ONE,
                  new Time(new DERUTCTime("200101000000Z")),
                  new Time(new DERGeneralizedTime("99991231235959Z")),
                  nobody,
                  SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo.toArray()))
              .addExtension(
                  new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), false, new byte[extensionSize])
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(someKey()))
              .getEncoded());
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PrivateKey someKey() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
  }
}
