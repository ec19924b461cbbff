// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The envelope of a released secret (section 7): AES-256-GCM under a key that needs both the share,
 * which only the TPM opens, and the release key, which only this boot's memory holds. One instance
 * serves one release; both sides make it from what they hold.
 */
public final class ReleaseCipher {
  private static final int TAG_BITS = 128;

  private final Bytes token;
  private final Bytes claims;
  private final Bytes oneTimeKey;
  private final UUID device;

  public ReleaseCipher(Bytes token, Bytes claims, Bytes oneTimeKey, UUID device) {
    this.token = token;
    this.claims = claims;
    this.oneTimeKey = oneTimeKey;
    this.device = device;
  }

  /**
   * Encrypts a secret.
   *
   * @param own the one-time private key
   * @param peer the device's release point
   * @return ciphertext and tag
   */
  public Bytes seal(
      SecretBytes share,
      PrivateKey own,
      Bytes peer,
      UUID secret,
      int version,
      SecretBytes plaintext) {
    byte[] clear = plaintext.revealBytes();
    try {
      return Bytes.copyOf(
          cipher(Cipher.ENCRYPT_MODE, share, own, peer, secret, version).doFinal(clear));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed", e);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /**
   * Decrypts a secret.
   *
   * @param own the device's release private key
   * @param peer the server's one-time point
   * @throws ReleaseRefusedException when share, release key, token, claims, ids or ciphertext are
   *     not those it was made with
   */
  public SecretBytes open(
      SecretBytes share, PrivateKey own, Bytes peer, UUID secret, int version, Bytes ciphertext) {
    byte[] clear;
    try {
      clear =
          cipher(Cipher.DECRYPT_MODE, share, own, peer, secret, version)
              .doFinal(ciphertext.toArray());
    } catch (AEADBadTagException e) {
      throw new ReleaseRefusedException(
          "the secret does not open: it was made for another share, release key, token, claims or volume",
          e);
    } catch (GeneralSecurityException e) {
      throw new ReleaseRefusedException("the secret does not open", e);
    }
    try {
      return SecretBytes.copyOf(clear);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  private Cipher cipher(
      int mode, SecretBytes share, PrivateKey own, Bytes peer, UUID secret, int version)
      throws GeneralSecurityException {
    byte[] key = key(share, own, peer, secret, version);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, new byte[12]));
      cipher.updateAAD(Formulas.releaseAad(device, secret, version).toArray());
      return cipher;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] key(SecretBytes share, PrivateKey own, Bytes peer, UUID secret, int version)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own);
    agreement.doPhase(P256.decode(peer), true);
    byte[] z = agreement.generateSecret();
    byte[] first = share.revealBytes();
    byte[] ikm = Arrays.copyOf(first, first.length + z.length);
    System.arraycopy(z, 0, ikm, first.length, z.length);
    try {
      return Hkdf.derive32(
          ikm,
          token.sha256().toArray(),
          Formulas.releaseInfo(claims, oneTimeKey, secret, version).toArray());
    } finally {
      Arrays.fill(z, (byte) 0);
      Arrays.fill(first, (byte) 0);
      Arrays.fill(ikm, (byte) 0);
    }
  }
}
