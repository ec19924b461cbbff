// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import java.security.GeneralSecurityException;
import java.security.Signature;

/** A check of quotes that owes nothing to the verifier of the server. */
public final class QuoteCheck {

  private QuoteCheck() {}

  /** Whether the P-256 AK signed the attestation. */
  public static boolean verifies(TpmtPublic ak, Bytes attest, Bytes signature) {
    if (!(TpmtSignature.decode(signature) instanceof TpmtSignature.Ecdsa ecdsa)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(ak.toPublicKey());
      verifier.update(attest.toArray());
      return verifier.verify(Bytes.concat(padded(ecdsa.r()), padded(ecdsa.s())).toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Bytes padded(Bytes number) {
    return Bytes.concat(Bytes.zeros(32 - number.size()), number);
  }
}
