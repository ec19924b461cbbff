// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EccCurve;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.TpmuPublicParms;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * Whether a signature holds. RSA by the JDK; ECDSA by Bouncy Castle, whose P-256 verification takes
 * a fraction of the JDK's time. Hashing is always the JDK's, which is the faster one there.
 */
final class SignatureVerifier {

  /** True when the signature is the key's over the message; every malformed case is false. */
  boolean holds(TpmtPublic key, Bytes message, TpmtSignature signature) {
    if (key.keyProblem().isPresent()) {
      return false;
    }
    return switch (signature) {
      case TpmtSignature.Rsassa rsassa -> rsassaHolds(key, message, rsassa);
      case TpmtSignature.Rsapss rsapss -> rsapssHolds(key, message, rsapss);
      case TpmtSignature.Ecdsa ecdsa -> ecdsaHolds(key, message, ecdsa);
    };
  }

  private static boolean rsassaHolds(
      TpmtPublic key, Bytes message, TpmtSignature.Rsassa signature) {
    String algorithm = signature.hash().jcaName().replace("-", "") + "withRSA";
    return rsaHolds(algorithm, null, key, message, signature.signature());
  }

  /**
   * TPMs before revision 1.38 take the longest salt that fits, later ones a salt of the digest's
   * size.
   */
  private static boolean rsapssHolds(
      TpmtPublic key, Bytes message, TpmtSignature.Rsapss signature) {
    if (!(key.parameters() instanceof TpmuPublicParms.Rsa rsa)) {
      return false;
    }
    HashAlg hash = signature.hash();
    int longest = (rsa.keyBits() + 6) / 8 - hash.size() - 2;
    return rsaHolds("RSASSA-PSS", pss(hash, hash.size()), key, message, signature.signature())
        || rsaHolds("RSASSA-PSS", pss(hash, longest), key, message, signature.signature());
  }

  private static PSSParameterSpec pss(HashAlg hash, int saltLength) {
    return new PSSParameterSpec(
        hash.jcaName(), "MGF1", new MGF1ParameterSpec(hash.jcaName()), saltLength, 1);
  }

  private static boolean rsaHolds(
      String algorithm,
      @Nullable PSSParameterSpec parameters,
      TpmtPublic key,
      Bytes message,
      Bytes signature) {
    if (!(key.parameters() instanceof TpmuPublicParms.Rsa)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(algorithm);
      if (parameters != null) {
        verifier.setParameter(parameters);
      }
      verifier.initVerify(key.toPublicKey());
      verifier.update(message.toArray());
      return verifier.verify(signature.toArray());
    } catch (SignatureException e) {
      // The JDK's word for a signature of another length than the modulus, among others.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time lacks " + algorithm, e);
    }
  }

  private static boolean ecdsaHolds(TpmtPublic key, Bytes message, TpmtSignature.Ecdsa signature) {
    if (!(key.parameters() instanceof TpmuPublicParms.Ecc ecc)
        || !(key.unique() instanceof TpmuPublicId.Ecc point)) {
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, publicKey(ecc.curve(), point));
    byte[] digest = signature.hash().digest(message).toArray();
    return verifier.verifySignature(digest, unsigned(signature.r()), unsigned(signature.s()));
  }

  private static ECPublicKeyParameters publicKey(EccCurve curve, TpmuPublicId.Ecc point) {
    X9ECParameters parameters = CustomNamedCurves.getByName(curve.jcaName());
    ECPoint q = parameters.getCurve().createPoint(unsigned(point.x()), unsigned(point.y()));
    return new ECPublicKeyParameters(q, new ECDomainParameters(parameters));
  }

  private static BigInteger unsigned(Bytes bigEndian) {
    return new BigInteger(1, bigEndian.toArray());
  }
}
