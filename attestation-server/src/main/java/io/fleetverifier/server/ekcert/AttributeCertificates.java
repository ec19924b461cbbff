// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import org.bouncycastle.asn1.x509.AttributeCertificate;
import org.bouncycastle.asn1.x509.AttributeCertificateInfo;

/** Recognises attribute certificates (RFC 5755), the form of platform certificates. */
final class AttributeCertificates {

  private AttributeCertificates() {}

  static boolean isOne(Bytes der) {
    try {
      AttributeCertificate decoded = AttributeCertificate.getInstance(der.toArray());
      if (decoded == null) {
        return false;
      }
      AttributeCertificateInfo info = decoded.getAcinfo();
      return info.getHolder() != null && info.getIssuer() != null;
    } catch (RuntimeException foreign) {
      // A parser of foreign bytes may throw anything: then it is none.
      return false;
    }
  }
}
