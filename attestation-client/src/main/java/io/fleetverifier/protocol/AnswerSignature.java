// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * ECDSA P-256 with SHA-256, {@code r || s} of 32 bytes each: how the server signs a release
 * (section 7).
 */
public final class AnswerSignature {
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private AnswerSignature() {}

  /** Signs {@link Formulas#answerMessage}. */
  public static Bytes sign(PrivateKey key, Bytes message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(message.toArray());
      return Bytes.copyOf(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the answer key does not sign", e);
    }
  }

  /**
   * True when the signature is the point's over the message; malformed signatures are false, not
   * errors.
   */
  public static boolean verifies(Bytes point, Bytes message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(P256.decode(point));
      verifier.update(message.toArray());
      return verifier.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
