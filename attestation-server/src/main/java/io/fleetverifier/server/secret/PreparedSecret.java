// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.SecretBytes;

/**
 * A secret in memory, ready to be let go once the challenge is redeemed.
 *
 * @param stored what is, or has yet to be, stored of it
 * @param fresh whether it was made just now and has yet to be stored
 * @param value 32 bytes
 */
public record PreparedSecret(StoredSecret stored, boolean fresh, SecretBytes value)
    implements AutoCloseable {
  @Override
  public void close() {
    value.close();
  }
}
