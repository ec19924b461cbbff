// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The byte formulas of docs/reference/protocol.md that need no key object. Known answers:
 * protocol-vectors.json beside that page.
 */
public final class Formulas {
  private static final Bytes ZERO = Bytes.fromHex("00");
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Formulas() {}

  /** What the quote signs as extraData: 32 bytes over token and claims (section 6, step 2). */
  public static Bytes extraData(Bytes token, Bytes claims) {
    return Bytes.concat(label("fleet-verifier attest v1"), token.sha256(), claims.sha256())
        .sha256();
  }

  /** The message under a release signature (section 7). */
  public static Bytes answerMessage(Bytes token, Bytes claims, Bytes release) {
    return Bytes.concat(
        label("fleet-verifier answer v1"), token.sha256(), claims.sha256(), release.sha256());
  }

  /**
   * Proof that all credentials of an enrolment were activated (section 4, step 4).
   *
   * @param credentials all credentials, joined in the order of the EKs
   */
  public static Bytes enrolmentProof(byte[] credentials, Bytes token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(credentials, "HmacSHA256"));
      return Bytes.copyOf(
          mac.doFinal(Bytes.concat(label("fleet-verifier enrol v1"), token.sha256()).toArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time has no HMAC-SHA256", e);
    }
  }

  /** Info of the key that a secret travels under (section 7). */
  public static Bytes releaseInfo(Bytes claims, Bytes oneTimeKey, UUID secret, int version) {
    return Bytes.concat(
        label("fleet-verifier release v1"),
        claims.sha256(),
        oneTimeKey,
        uuid(secret),
        Bytes.u32(version));
  }

  /** Associated data of a secret's ciphertext (section 7). */
  public static Bytes releaseAad(UUID device, UUID secret, int version) {
    return Bytes.concat(uuid(device), uuid(secret), Bytes.u32(version));
  }

  /** Id of an answer key: SHA-256 of its point. */
  public static Bytes answerKeyId(Bytes point) {
    return point.sha256();
  }

  /**
   * What names a set of EKs: 32 bytes (section 2).
   *
   * @param fingerprints SHA-256 of each EK's SubjectPublicKeyInfo, in any order
   */
  public static Bytes ekSet(Collection<Bytes> fingerprints) {
    return Bytes.concat(
            label("fleet-verifier ek set v1"),
            Bytes.concat(fingerprints.stream().sorted().toArray(Bytes[]::new)))
        .sha256();
  }

  /**
   * The code of an EK set that a person compares (section 2).
   *
   * @param fingerprints SHA-256 of each EK's SubjectPublicKeyInfo, in any order
   * @return 16 base32 characters in groups of four
   */
  public static String ekCode(Collection<Bytes> fingerprints) {
    byte[] digest = ekSet(fingerprints).toArray();
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      if (i > 0 && i % 4 == 0) {
        code.append('-');
      }
      int bit = i * 5;
      int window = (digest[bit / 8] & 0xff) << 8 | (digest[bit / 8 + 1] & 0xff);
      code.append(BASE32.charAt(window >> (11 - bit % 8) & 31));
    }
    return code.toString();
  }

  /** The 16 bytes of a UUID, most significant first. */
  public static Bytes uuid(UUID id) {
    return Bytes.copyOf(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  /** A label and the zero byte that ends it. */
  public static Bytes label(String text) {
    return Bytes.concat(Bytes.utf8(text), ZERO);
  }
}
