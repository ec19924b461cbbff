// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Kdf;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuPublicId;
import io.fleetverifier.tpm.TpmuPublicParms;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * A key of the software TPM: a public area and the private key that belongs to it.
 *
 * @param area the whole public area
 */
public record SoftKey(TpmtPublic area, PrivateKey privateKey) {

  private static final int BAD_SECRET = 0x101;

  /** A key made from a template; the same for the same seed. */
  static SoftKey fromTemplate(TpmtPublic template, String seed) {
    try {
      return switch (template.parameters()) {
        case TpmuPublicParms.Rsa rsa -> rsa(template, rsa.keyBits(), new SeededRandom(seed));
        case TpmuPublicParms.Ecc ecc -> ecc(template, ecc, new SeededRandom(seed));
        case TpmuPublicParms.KeyedHash ignored -> throw new IllegalArgumentException("no key");
        case TpmuPublicParms.SymCipher ignored -> throw new IllegalArgumentException("no key");
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SoftKey rsa(TpmtPublic template, int bits, SeededRandom random)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits, random);
    KeyPair pair = generator.generateKeyPair();
    Bytes modulus = fixed(((RSAPublicKey) pair.getPublic()).getModulus(), bits / 8);
    return new SoftKey(template.withUnique(new TpmuPublicId.Rsa(modulus)), pair.getPrivate());
  }

  private static SoftKey ecc(TpmtPublic template, TpmuPublicParms.Ecc parms, SeededRandom random)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(parms.curve().parameters(), random);
    KeyPair pair = generator.generateKeyPair();
    ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
    int field = parms.curve().fieldSize();
    TpmuPublicId unique =
        new TpmuPublicId.Ecc(fixed(point.getAffineX(), field), fixed(point.getAffineY(), field));
    return new SoftKey(template.withUnique(unique), pair.getPrivate());
  }

  /** ECDSA for an ECC key, RSASSA-PKCS1-v1_5 for an RSA key. */
  public TpmtSignature sign(HashAlg hash, Bytes message) {
    return privateKey.getAlgorithm().equals("EC") ? ecdsa(hash, message) : rsassa(hash, message);
  }

  private TpmtSignature ecdsa(HashAlg hash, Bytes message) {
    try {
      Signature signer = Signature.getInstance(javaName(hash) + "withECDSAinP1363Format");
      signer.initSign(privateKey, new SeededRandom(message.toHex()));
      signer.update(message.toArray());
      Bytes both = Bytes.copyOf(signer.sign());
      int half = both.size() / 2;
      return new TpmtSignature.Ecdsa(hash, both.slice(0, half), both.slice(half));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private TpmtSignature rsassa(HashAlg hash, Bytes message) {
    try {
      Signature signer = Signature.getInstance(javaName(hash) + "withRSA");
      signer.initSign(privateKey);
      signer.update(message.toArray());
      return new TpmtSignature.Rsassa(hash, Bytes.copyOf(signer.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RSASSA-PSS; MGF1 takes the same hash. */
  public TpmtSignature signPss(HashAlg hash, Bytes message, int saltOctets) {
    try {
      Signature signer = Signature.getInstance("RSASSA-PSS");
      signer.setParameter(
          new PSSParameterSpec(
              hash.jcaName(), "MGF1", new MGF1ParameterSpec(hash.jcaName()), saltOctets, 1));
      signer.initSign(privateKey, new SeededRandom(message.toHex()));
      signer.update(message.toArray());
      return new TpmtSignature.Rsapss(hash, Bytes.copyOf(signer.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Recovers a shared secret.
   *
   * @param encrypted the contents of a TPM2B_ENCRYPTED_SECRET
   */
  public SecretBytes recover(String label, Bytes encrypted) {
    try {
      return switch (area.parameters()) {
        case TpmuPublicParms.Rsa ignored -> recoverByRsa(label, encrypted);
        case TpmuPublicParms.Ecc ecc -> recoverByEcc(label, encrypted, ecc);
        case TpmuPublicParms.KeyedHash ignored -> throw new IllegalStateException("no key");
        case TpmuPublicParms.SymCipher ignored -> throw new IllegalStateException("no key");
      };
    } catch (GeneralSecurityException | TpmDecodeException e) {
      TpmRefusedException refused = new TpmRefusedException(BAD_SECRET, "encrypted secret");
      refused.initCause(e);
      throw refused;
    }
  }

  private SecretBytes recoverByRsa(String label, Bytes encrypted) throws GeneralSecurityException {
    String hash = area.nameAlg().jcaName();
    PSource terminated = new PSource.PSpecified(Bytes.utf8(label + "\0").toArray());
    Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
    rsa.init(
        Cipher.DECRYPT_MODE,
        privateKey,
        new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), terminated));
    return SecretBytes.takeFrom(rsa.doFinal(encrypted.toArray()));
  }

  private SecretBytes recoverByEcc(String label, Bytes encrypted, TpmuPublicParms.Ecc ecc)
      throws GeneralSecurityException {
    int field = ecc.curve().fieldSize();
    TpmReader in = new TpmReader("TPMS_ECC_POINT", encrypted);
    BigInteger x = new BigInteger(1, in.sized("x", field).toArray());
    BigInteger y = new BigInteger(1, in.sized("y", field).toArray());
    in.end();
    if (!ecc.curve().contains(x, y)) {
      throw new TpmRefusedException(0x4e7, "the point is not on the curve");
    }
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(privateKey);
    agreement.doPhase(
        KeyFactory.getInstance("EC")
            .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), ecc.curve().parameters())),
        true);
    Bytes ownX = ((TpmuPublicId.Ecc) area.unique()).x();
    try (SecretBytes z = SecretBytes.takeFrom(agreement.generateSecret())) {
      return Kdf.kdfe(area.nameAlg(), z, label, fixed(x, field), ownX, 8 * area.nameAlg().size());
    }
  }

  private static String javaName(HashAlg hash) {
    return hash.jcaName().replace("-", "");
  }

  private static Bytes fixed(BigInteger value, int size) {
    Bytes minimal = Bytes.copyOf(value.toByteArray());
    return minimal.size() > size
        ? minimal.slice(minimal.size() - size)
        : Bytes.concat(Bytes.zeros(size - minimal.size()), minimal);
  }
}
