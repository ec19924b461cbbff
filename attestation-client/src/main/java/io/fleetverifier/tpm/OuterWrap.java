// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The protection of something that travels to a TPM: encrypted and authenticated by keys derived
 * from a seed that only the parent can recover, and bound to a Name.
 *
 * <p>TPM 2.0 Library, Part 1: Outer Duplication Wrapper; Credential Protection.
 */
public final class OuterWrap {

  private static final int AES_BLOCK = 16;

  private OuterWrap() {}

  /** The encryption key: KDFa(nameAlg, seed, "STORAGE", Name, empty, symBits). */
  public static SecretBytes symKey(HashAlg nameAlg, SecretBytes seed, TpmName name, int symBits) {
    return Kdf.kdfa(nameAlg, seed, "STORAGE", name.value(), Bytes.EMPTY, symBits);
  }

  /** The integrity key: KDFa(nameAlg, seed, "INTEGRITY", empty, empty, bits of a digest). */
  public static SecretBytes hmacKey(HashAlg nameAlg, SecretBytes seed) {
    return Kdf.kdfa(nameAlg, seed, "INTEGRITY", Bytes.EMPTY, Bytes.EMPTY, 8 * nameAlg.size());
  }

  /**
   * TPM2B integrity HMAC ‖ encrypted octets.
   *
   * @param parent the key that can recover the seed: its nameAlg and cipher rule the protection
   * @param name what the octets are bound to
   * @param plain a TPM2B, its size included
   */
  static Bytes wrap(TpmtPublic parent, SecretBytes seed, TpmName name, SecretBytes plain) {
    HashAlg nameAlg = parent.nameAlg();
    int symBits = Parents.symmetricOf(parent).keyBits();
    try (SecretBytes symKey = symKey(nameAlg, seed, name, symBits);
        SecretBytes hmacKey = hmacKey(nameAlg, seed)) {
      Bytes encrypted = encrypt(symKey, plain);
      Bytes integrity = nameAlg.hmac(hmacKey, encrypted, name.value());
      return new TpmWriter().sized(integrity).bytes(encrypted).toBytes();
    }
  }

  private static Bytes encrypt(SecretBytes key, SecretBytes plain) {
    byte[] keyOctets = key.revealBytes();
    byte[] plainOctets = plain.revealBytes();
    try {
      Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
      // Zero is safe and prescribed here: each key is derived from a fresh seed and used once.
      IvParameterSpec zero = new IvParameterSpec(new byte[AES_BLOCK]);
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(keyOctets, "AES"), zero);
      return Bytes.copyOf(aes.doFinal(plainOctets));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has AES", impossible);
    } finally {
      Arrays.fill(keyOctets, (byte) 0);
      Arrays.fill(plainOctets, (byte) 0);
    }
  }
}
