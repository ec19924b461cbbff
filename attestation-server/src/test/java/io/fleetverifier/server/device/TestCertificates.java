// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates by nobody in particular. */
final class TestCertificates {
  private TestCertificates() {}

  /** A certificate for the key of this SubjectPublicKeyInfo. */
  static Bytes of(Bytes subjectPublicKeyInfo) {
    X500Name nobody = new X500Name("CN=nobody");
    try {
      return Bytes.copyOf(
          new X509v3CertificateBuilder(
                  nobody,
                  BigInteger.ONE,
                  new Date(0),
                  new Date(4_102_444_800_000L),
                  nobody,
                  SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo.toArray()))
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
