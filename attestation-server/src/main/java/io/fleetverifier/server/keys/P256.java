// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Keys on the curve P-256 (NIST SP 800-186, secp256r1) and their encodings. */
public final class P256 {

  private static final int COORDINATE_SIZE = 32;

  private P256() {}

  public static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256 is missing", e);
    }
  }

  /** The uncompressed point (SEC 1, 2.3.3): 04, x, y; 65 octets. */
  public static Bytes point(ECPublicKey key) {
    return Bytes.concat(
        Bytes.of(4), coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  private static Bytes coordinate(BigInteger value) {
    byte[] signed = value.toByteArray();
    byte[] out = new byte[COORDINATE_SIZE];
    int size = Math.min(signed.length, COORDINATE_SIZE);
    System.arraycopy(signed, signed.length - size, out, COORDINATE_SIZE - size, size);
    return Bytes.copyOf(out);
  }

  /** The private key as PKCS #8. */
  static SecretBytes encode(PrivateKey key) {
    return SecretBytes.takeFrom(key.getEncoded());
  }

  static PrivateKey decode(SecretBytes pkcs8) {
    byte[] octets = pkcs8.revealBytes();
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(octets));
    } catch (GeneralSecurityException e) {
      throw new KeyIntegrityException("a stored private key is not a P-256 key", e);
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }
}
