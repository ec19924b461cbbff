// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of the installation as it is shown: all but the key.
 *
 * @param purpose code of its {@link KeyPurpose}
 * @param keyId in hexadecimal digits
 * @param publicPoint of an answer key, in base64url as the configuration of devices takes it
 */
public record ServerKeyView(
    String purpose, String keyId, Instant createdAt, @Nullable String publicPoint) {

  static ServerKeyView of(ServerKey key) {
    String point =
        key.purpose() == KeyPurpose.ANSWER
            ? key.publicPoint().map(Bytes::toBase64Url).orElse(null)
            : null;
    return new ServerKeyView(key.purpose().code(), key.keyId().toHex(), key.createdAt(), point);
  }
}
