// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.security.PrivateKey;

/** The key of the server's own certificate authority and its certificate. */
public final class CaKey {

  private final PrivateKey privateKey;
  private final Bytes publicPoint;
  private final Bytes certificate;

  CaKey(ServerKey key) {
    this.privateKey = P256.decode(key.secret());
    this.publicPoint = key.publicPoint().orElseThrow();
    this.certificate =
        key.certificate()
            .orElseThrow(() -> new KeyIntegrityException("the CA key has no certificate"));
  }

  public PrivateKey privateKey() {
    return privateKey;
  }

  /** The public key as a 65-octet point; the certificate must hold the same. */
  public Bytes publicPoint() {
    return publicPoint;
  }

  /** DER. */
  public Bytes certificate() {
    return certificate;
  }
}
