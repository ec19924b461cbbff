// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.time.Instant;
import java.util.Optional;

/**
 * A key of the installation, unwrapped in memory.
 *
 * @param secret 32 octets of a token key, or PKCS #8 of a private key
 */
record ServerKey(
    KeyPurpose purpose,
    Bytes keyId,
    SecretBytes secret,
    Optional<Bytes> publicPoint,
    Optional<Bytes> certificate,
    Instant createdAt) {

  /** A P-256 key is named by its public point, so nobody can store another point beside it. */
  ServerKey {
    if (purpose != KeyPurpose.TOKEN && !publicPoint.map(Bytes::sha256).equals(Optional.of(keyId))) {
      throw new KeyIntegrityException("a stored public key is not the one that its id names");
    }
  }
}
