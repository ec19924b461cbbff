// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/** The key derivation functions of the TPM. TPM 2.0 Library, Part 1: KDFa, KDFe. */
public final class Kdf {

  private Kdf() {}

  /**
   * KDFa (SP 800-108 in counter mode): block i is HMAC(key, i ‖ label ‖ 00 ‖ contextU ‖ contextV ‖
   * bits), i from 1, both numbers in 32 bits.
   *
   * @param bits the length of the result, a positive multiple of 8
   */
  public static SecretBytes kdfa(
      HashAlg hash, SecretBytes key, String label, Bytes contextU, Bytes contextV, int bits) {
    byte[] fixed = Bytes.concat(terminated(label), contextU, contextV, Bytes.u32(bits)).toArray();
    Mac hmac = hash.newHmac(key);
    ByteBuffer out = ByteBuffer.allocate(octets(bits));
    for (int block = 1; out.hasRemaining(); block++) {
      hmac.update(Bytes.u32(block).toArray());
      hmac.update(fixed);
      putAndWipe(hmac.doFinal(), out);
    }
    return SecretBytes.takeFrom(out.array());
  }

  /**
   * KDFe (SP 800-56A): block i is the digest of i ‖ z ‖ label ‖ 00 ‖ partyU ‖ partyV, i from 1 in
   * 32 bits.
   *
   * @param z the x coordinate of the shared point, as long as a field element
   * @param partyU the x coordinate of the ephemeral key, as long as a field element
   * @param partyV the x coordinate of the static key, as long as a field element
   * @param bits the length of the result, a positive multiple of 8
   */
  public static SecretBytes kdfe(
      HashAlg hash, SecretBytes z, String label, Bytes partyU, Bytes partyV, int bits) {
    ByteBuffer out = ByteBuffer.allocate(octets(bits));
    byte[] fixed = Bytes.concat(terminated(label), partyU, partyV).toArray();
    MessageDigest digest = hash.newDigest();
    byte[] shared = z.revealBytes();
    for (int block = 1; out.hasRemaining(); block++) {
      digest.update(Bytes.u32(block).toArray());
      digest.update(shared);
      digest.update(fixed);
      putAndWipe(digest.digest(), out);
    }
    Arrays.fill(shared, (byte) 0);
    return SecretBytes.takeFrom(out.array());
  }

  /** The label with the one NUL that the TPM counts as part of it. */
  static Bytes terminated(String label) {
    return Bytes.concat(Bytes.utf8(label), Bytes.of(0));
  }

  private static int octets(int bits) {
    if (bits <= 0 || bits % 8 != 0) {
      throw new IllegalArgumentException("not a positive multiple of 8: " + bits);
    }
    return bits / 8;
  }

  private static void putAndWipe(byte[] block, ByteBuffer out) {
    out.put(block, 0, Math.min(block.length, out.remaining()));
    Arrays.fill(block, (byte) 0);
  }
}
