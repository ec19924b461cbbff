// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a random 96-bit IV (NIST SP 800-38D). What is stored is IV, ciphertext and
 * 128-bit tag, one after the other.
 */
final class AesGcm {

  /** Octets of a key. */
  static final int KEY_SIZE = 32;

  private static final int IV_SIZE = 12;
  private static final int TAG_BITS = 128;

  private AesGcm() {}

  static Bytes encrypt(
      SecretBytes key, SecretBytes plaintext, Bytes associatedData, SecureRandom random) {
    byte[] iv = new byte[IV_SIZE];
    random.nextBytes(iv);
    byte[] clear = plaintext.revealBytes();
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, iv, associatedData);
      return Bytes.concat(Bytes.copyOf(iv), Bytes.copyOf(cipher.doFinal(clear)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is missing or refuses its own parameters", e);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /**
   * @throws KeyIntegrityException when anything differs from what was encrypted
   */
  static SecretBytes decrypt(SecretBytes key, Bytes stored, Bytes associatedData) {
    if (stored.size() < IV_SIZE + TAG_BITS / 8) {
      throw new KeyIntegrityException("an encrypted value is too short");
    }
    try {
      Cipher cipher =
          cipher(Cipher.DECRYPT_MODE, key, stored.slice(0, IV_SIZE).toArray(), associatedData);
      return SecretBytes.takeFrom(cipher.doFinal(stored.slice(IV_SIZE).toArray()));
    } catch (AEADBadTagException e) {
      throw new KeyIntegrityException("an encrypted value does not open", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is missing or refuses its own parameters", e);
    }
  }

  private static Cipher cipher(int mode, SecretBytes key, byte[] iv, Bytes associatedData)
      throws GeneralSecurityException {
    byte[] octets = key.revealBytes();
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(octets, "AES"), new GCMParameterSpec(TAG_BITS, iv));
      cipher.updateAAD(associatedData.toArray());
      return cipher;
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }
}
