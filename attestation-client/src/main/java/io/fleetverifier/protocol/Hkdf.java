// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF-SHA256 (RFC 5869) for outputs of at most one hash: 32 bytes. Release 21 of the JDK has no
 * KDF of its own yet.
 */
public final class Hkdf {
  private Hkdf() {}

  /**
   * Extracts and expands 32 bytes.
   *
   * @param ikm input keying material; the caller wipes it
   * @param salt not empty
   */
  public static byte[] derive32(byte[] ikm, byte[] salt, byte[] info) {
    byte[] prk = hmac(salt, ikm);
    byte[] block = Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    byte[] okm = hmac(prk, block);
    Arrays.fill(prk, (byte) 0);
    return okm;
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time has no HMAC-SHA256", e);
    }
  }
}
