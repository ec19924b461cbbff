// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;

/**
 * The key-encryption key, which never leaves its provider: a key file today, a key service or a
 * hardware module behind the same three methods.
 */
public interface KeyEncryptor {

  /**
   * Encrypts a key and binds the associated data to it.
   *
   * @throws KeyUnavailableException when the provider cannot be reached; trying again may help
   */
  Bytes wrap(SecretBytes key, Bytes associatedData);

  /**
   * Decrypts what {@link #wrap} made, with the same associated data.
   *
   * @throws KeyUnavailableException when the provider cannot be reached; trying again may help
   * @throws KeyIntegrityException when the wrapped key or the associated data is another
   */
  SecretBytes unwrap(Bytes wrapped, Bytes associatedData);

  /**
   * The stable name of the key, which the database remembers.
   *
   * @throws KeyUnavailableException when the provider cannot be reached: this is its health check
   */
  String keyId();
}
