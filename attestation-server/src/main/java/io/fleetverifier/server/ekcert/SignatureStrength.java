// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;

/**
 * Whether a certificate is signed with a hash for which nobody finds two texts. The name of an
 * algorithm tells the hash, but for RSASSA-PSS, where a parameter does. Source: RFC 4055 section
 * 3.1.
 */
final class SignatureStrength {

  private static final Pattern STRONG =
      Pattern.compile("(SHA(256|384|512)|SHA3-(256|384|512))WITH.*|ED(25519|448)");
  private static final Set<ASN1ObjectIdentifier> STRONG_HASHES =
      Set.of(
          NISTObjectIdentifiers.id_sha256,
          NISTObjectIdentifiers.id_sha384,
          NISTObjectIdentifiers.id_sha512,
          NISTObjectIdentifiers.id_sha3_256,
          NISTObjectIdentifiers.id_sha3_384,
          NISTObjectIdentifiers.id_sha3_512);

  private SignatureStrength() {}

  static boolean isWeak(X509Certificate certificate) {
    if (certificate.getSigAlgOID().equals(PKCSObjectIdentifiers.id_RSASSA_PSS.getId())) {
      return !isStrongPss(certificate.getSigAlgParams());
    }
    return !STRONG.matcher(certificate.getSigAlgName().toUpperCase(Locale.ROOT)).matches();
  }

  /** A hash that is not named is SHA-1. */
  private static boolean isStrongPss(byte[] parameters) {
    try {
      RSASSAPSSparams read = RSASSAPSSparams.getInstance(parameters);
      return read != null && STRONG_HASHES.contains(read.getHashAlgorithm().getAlgorithm());
    } catch (RuntimeException malformed) {
      // A parser of foreign bytes may throw anything; what cannot be read is not known as strong.
      return false;
    }
  }
}
