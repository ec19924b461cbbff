// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.VendorRoots.Pinned;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * What may have issued a certificate, and what the operator said of it where it is pinned.
 *
 * @param maker whose chips alone it vouches for
 * @param fingerprint SHA-256 of its certificate
 * @param key SHA-256 of its SubjectPublicKeyInfo; renewed and cross-signed certificates share it
 */
record Issuer(
    X509Certificate certificate,
    boolean pinned,
    boolean root,
    Optional<String> maker,
    Bytes fingerprint,
    Bytes key) {

  private static final int LARGEST_MODULUS = 4096;
  private static final int LARGEST_EXPONENT = 32;

  static Issuer of(Pinned pinned) {
    return new Issuer(
        pinned.certificate(),
        true,
        pinned.isRoot(),
        pinned.maker(),
        pinned.fingerprint(),
        pinned.key());
  }

  static Issuer unpinned(X509Certificate certificate) {
    return new Issuer(
        certificate,
        false,
        false,
        Optional.empty(),
        VendorRoots.fingerprint(certificate),
        VendorRoots.keyFingerprint(certificate));
  }

  X500Principal subject() {
    return certificate.getSubjectX500Principal();
  }

  /** Its name in texts. */
  String name() {
    return PrintableText.name(subject());
  }

  /** Whether its signatures are checked: whoever chose the key, a check may not take long. */
  boolean isCheckable() {
    PublicKey publicKey = certificate.getPublicKey();
    return switch (publicKey) {
      case RSAPublicKey rsa ->
          rsa.getModulus().bitLength() <= LARGEST_MODULUS
              && rsa.getPublicExponent().bitLength() <= LARGEST_EXPONENT;
      case ECPublicKey ignored -> true;
      default -> false;
    };
  }
}
