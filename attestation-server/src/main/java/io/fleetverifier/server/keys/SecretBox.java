// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.SecureRandom;
import org.springframework.stereotype.Component;

/**
 * Secrets at rest: each is encrypted by AES-256-GCM under a data key of its own, and the data key
 * is wrapped by the key-encryption key. The associated data, which says what the secret is and for
 * whom, is bound to both layers.
 */
@Component
public final class SecretBox {

  private static final Bytes LABEL = Bytes.utf8("fleet-verifier data key v1\0");

  private final KeyEncryptor kek;
  private final SecureRandom random;

  SecretBox(KeyEncryptor kek, SecureRandom random) {
    this.kek = kek;
    this.random = random;
  }

  /**
   * What is stored of a secret.
   *
   * @param ciphertext 12-octet IV, ciphertext, 16-octet tag
   * @param wrappedDataKey the data key as the provider wrapped it
   * @param kekId which key-encryption key wrapped it
   */
  public record Sealed(Bytes ciphertext, Bytes wrappedDataKey, String kekId) {}

  /**
   * Encrypts a secret under a fresh data key.
   *
   * @throws KeyUnavailableException when the key service does not answer
   */
  public Sealed seal(SecretBytes plaintext, Bytes associatedData) {
    try (SecretBytes dataKey = SecretBytes.random(AesGcm.KEY_SIZE, random)) {
      return new Sealed(
          AesGcm.encrypt(dataKey, plaintext, associatedData, random),
          kek.wrap(dataKey, boundTo(associatedData)),
          kek.keyId());
    }
  }

  /**
   * Decrypts a secret.
   *
   * @throws KeyUnavailableException when the key service does not answer
   * @throws KeyIntegrityException when ciphertext, data key or associated data were changed
   */
  public SecretBytes open(Sealed sealed, Bytes associatedData) {
    if (!sealed.kekId().equals(kek.keyId())) {
      throw new KeyIntegrityException("the secret was sealed under another key-encryption key");
    }
    try (SecretBytes dataKey = kek.unwrap(sealed.wrappedDataKey(), boundTo(associatedData))) {
      return AesGcm.decrypt(dataKey, sealed.ciphertext(), associatedData);
    }
  }

  private static Bytes boundTo(Bytes associatedData) {
    return Bytes.concat(LABEL, associatedData.sha256());
  }
}
