// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Shares a fresh secret with the holder of a TPM decryption key: RSA-OAEP of a random seed, or an
 * ephemeral Diffie-Hellman exchange and KDFe.
 *
 * <p>TPM 2.0 Library, Part 1: Secret Sharing; annexes RSA (B.10) and ECC (C.6).
 */
public final class SecretExchange {

  /** The label of a seed for TPM2_ActivateCredential. */
  public static final String IDENTITY = "IDENTITY";

  /** The label of a seed for TPM2_Import. */
  public static final String DUPLICATE = "DUPLICATE";

  /** The label of a salt for TPM2_StartAuthSession. */
  public static final String SECRET = "SECRET";

  private SecretExchange() {}

  /**
   * A secret and its form for the holder of the key.
   *
   * @param secret as long as a digest of the key's nameAlg
   * @param encrypted the contents of a TPM2B_ENCRYPTED_SECRET, without its size
   */
  public record Shared(SecretBytes secret, Bytes encrypted) implements AutoCloseable {
    /** Wipes the secret. */
    @Override
    public void close() {
      secret.close();
    }
  }

  /**
   * Makes a fresh secret and encrypts it to the key.
   *
   * @param key an RSA or ECC decryption key
   * @param label what the secret is for; the NUL that ends it on the wire is added here
   * @throws TpmKeyException when the key must not be used
   */
  public static Shared encrypt(TpmtPublic key, String label, SecureRandom random) {
    PublicKey publicKey = key.toPublicKey();
    try {
      return switch (key.parameters()) {
        case TpmuPublicParms.Rsa ignored -> {
          SecretBytes seed = SecretBytes.random(key.nameAlg().size(), random);
          yield oaep(publicKey, key.nameAlg(), label, seed, random);
        }
        case TpmuPublicParms.Ecc ecc ->
            agree(key, publicKey, label, ephemeral(ecc.curve(), random));
        case TpmuPublicParms.KeyedHash ignored ->
            throw new TpmKeyException(KeyProblem.NOT_ASYMMETRIC);
        case TpmuPublicParms.SymCipher ignored ->
            throw new TpmKeyException(KeyProblem.NOT_ASYMMETRIC);
      };
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the key was checked, yet Java refuses it", impossible);
    }
  }

  /** The exchange with a given ephemeral key, so that known answers can be tested. */
  static Shared encrypt(TpmtPublic key, String label, KeyPair ephemeral) {
    try {
      return agree(key, key.toPublicKey(), label, ephemeral);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the ephemeral key is not on the curve of the key", e);
    }
  }

  private static Shared oaep(
      PublicKey key, HashAlg nameAlg, String label, SecretBytes seed, SecureRandom random)
      throws GeneralSecurityException {
    // Named in full: the transformations that Java names by digest take SHA-1 for MGF1.
    OAEPParameterSpec padding =
        new OAEPParameterSpec(
            nameAlg.jcaName(),
            "MGF1",
            new MGF1ParameterSpec(nameAlg.jcaName()),
            new PSource.PSpecified(Kdf.terminated(label).toArray()));
    byte[] plain = seed.revealBytes();
    try {
      Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
      rsa.init(Cipher.ENCRYPT_MODE, key, padding, random);
      return new Shared(seed, Bytes.copyOf(rsa.doFinal(plain)));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static Shared agree(TpmtPublic key, PublicKey publicKey, String label, KeyPair ephemeral)
      throws GeneralSecurityException {
    int field = ((TpmuPublicParms.Ecc) key.parameters()).curve().fieldSize();
    Bytes ephemeralX = coordinate(((ECPublicKey) ephemeral.getPublic()).getW().getAffineX(), field);
    Bytes ephemeralY = coordinate(((ECPublicKey) ephemeral.getPublic()).getW().getAffineY(), field);
    Bytes staticX = FixedWidth.padLeft(((TpmuPublicId.Ecc) key.unique()).x(), field);
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(ephemeral.getPrivate());
    agreement.doPhase(publicKey, true);
    int bits = 8 * key.nameAlg().size();
    try (SecretBytes z = SecretBytes.takeFrom(agreement.generateSecret())) {
      SecretBytes secret = Kdf.kdfe(key.nameAlg(), z, label, ephemeralX, staticX, bits);
      return new Shared(secret, new TpmWriter().sized(ephemeralX).sized(ephemeralY).toBytes());
    }
  }

  private static KeyPair ephemeral(EccCurve curve, SecureRandom random)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(curve.parameters(), random);
    return generator.generateKeyPair();
  }

  private static Bytes coordinate(BigInteger value, int fieldSize) {
    return FixedWidth.of(value, fieldSize);
  }
}
