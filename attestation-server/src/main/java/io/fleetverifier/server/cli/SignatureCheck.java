// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmtSignature;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;

/**
 * Whether a TPM's signature holds, for keys of which only the public key is known and for any hash.
 * The server verifies quotes of keys on record by stricter rules of its own.
 */
final class SignatureCheck {

  private SignatureCheck() {}

  static boolean holds(PublicKey key, Bytes message, TpmtSignature signature) {
    try {
      return switch (signature) {
        case TpmtSignature.Rsassa(HashAlg hash, Bytes value) ->
            key instanceof RSAPublicKey && verify(named(hash, "RSA"), key, message, value);
        case TpmtSignature.Rsapss(HashAlg hash, Bytes value) ->
            key instanceof RSAPublicKey rsa && pssHolds(rsa, hash, message, value);
        case TpmtSignature.Ecdsa(HashAlg hash, Bytes r, Bytes s) ->
            key instanceof ECPublicKey && verify(named(hash, "ECDSA"), key, message, der(r, s));
      };
    } catch (GeneralSecurityException | IOException malformed) {
      return false;
    }
  }

  private static Signature named(HashAlg hash, String scheme) throws GeneralSecurityException {
    return Signature.getInstance(hash.jcaName().replace("-", "") + "with" + scheme);
  }

  /** Older TPMs take the longest salt that fits, newer ones a salt of the digest's size. */
  private static boolean pssHolds(RSAPublicKey key, HashAlg hash, Bytes message, Bytes value)
      throws GeneralSecurityException {
    int longest = (key.getModulus().bitLength() + 6) / 8 - hash.size() - 2;
    return verify(pss(hash, hash.size()), key, message, value)
        || verify(pss(hash, longest), key, message, value);
  }

  private static Signature pss(HashAlg hash, int salt) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(
            hash.jcaName(), "MGF1", new MGF1ParameterSpec(hash.jcaName()), salt, 1));
    return signature;
  }

  private static Bytes der(Bytes r, Bytes s) throws IOException {
    ASN1Integer first = new ASN1Integer(new BigInteger(1, r.toArray()));
    ASN1Integer second = new ASN1Integer(new BigInteger(1, s.toArray()));
    return Bytes.copyOf(new DERSequence(new ASN1Integer[] {first, second}).getEncoded());
  }

  private static boolean verify(Signature verifier, PublicKey key, Bytes message, Bytes value)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(message.toArray());
    return verifier.verify(value.toArray());
  }
}
