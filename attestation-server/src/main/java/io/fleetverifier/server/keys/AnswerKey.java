// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** The server's own identity towards devices, which pin its public point. */
public final class AnswerKey {

  private final Bytes keyId;
  private final Bytes publicPoint;
  private final PrivateKey privateKey;

  AnswerKey(ServerKey key) {
    this.keyId = key.keyId();
    this.publicPoint = key.publicPoint().orElseThrow();
    this.privateKey = P256.decode(key.secret());
  }

  /** SHA-256 of the public point: 32 octets. */
  public Bytes keyId() {
    return keyId;
  }

  /** The uncompressed SEC1 point: 65 octets. */
  public Bytes publicPoint() {
    return publicPoint;
  }

  /** ECDSA with SHA-256 over the message (FIPS 186-5): r and s, 32 octets each. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ECDSA is missing or refuses a P-256 key", e);
    }
  }
}
