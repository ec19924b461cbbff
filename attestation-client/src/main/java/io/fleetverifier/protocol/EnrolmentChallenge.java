// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;

/**
 * Answer to {@link EnrolmentRequest} (section 4, step 3).
 *
 * @param token sealed enrolment token, opaque to the device
 * @param expiresIn seconds
 * @param activations one per EK, in the order of the request
 */
public record EnrolmentChallenge(
    int protocol, Bytes token, int expiresIn, List<Activation> activations) {

  /**
   * What {@code TPM2_ActivateCredential} takes.
   *
   * @param ekName Name of the EK it is for
   * @param credentialBlob content of a {@code TPM2B_ID_OBJECT}, without its size
   * @param encryptedSecret content of a {@code TPM2B_ENCRYPTED_SECRET}, without its size
   */
  public record Activation(Bytes ekName, Bytes credentialBlob, Bytes encryptedSecret) {
    public Activation {
      Check.size(ekName, "ekName", 22, 66);
      Check.size(credentialBlob, "credentialBlob", 1, 256);
      Check.size(encryptedSecret, "encryptedSecret", 1, 1024);
    }
  }

  public EnrolmentChallenge {
    Check.protocol(protocol);
    Check.size(token, "token", 1, Protocol.MAX_TOKEN);
    Check.least(expiresIn, "expiresIn", 0);
    activations = Check.count(activations, "activations", 1, Protocol.MAX_EKS);
  }
}
