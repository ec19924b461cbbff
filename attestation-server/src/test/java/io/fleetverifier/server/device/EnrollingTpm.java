// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A software TPM at the device's end of an enrolment.
 *
 * @param eks the endorsement keys it shows
 */
public record EnrollingTpm(SoftTpm tpm, List<EkTemplate> eks) {

  /** Shows L-1 and L-2. */
  public static EnrollingTpm seeded(String seed) {
    return new EnrollingTpm(SoftTpm.seeded(seed), List.of(EkTemplate.L1, EkTemplate.L2));
  }

  /** One that no other test has. */
  public static EnrollingTpm fresh() {
    return seeded(UUID.randomUUID().toString());
  }

  public EnrollingTpm showing(EkTemplate... others) {
    return new EnrollingTpm(tpm, List.of(others));
  }

  public EnrolmentRequest request(String name, @Nullable String joinToken) {
    return request(name, joinToken, tpm.ak().encode());
  }

  public EnrolmentRequest request(String name, @Nullable String joinToken, Bytes ak) {
    return new EnrolmentRequest(1, name, joinToken, ak, shown(), null);
  }

  private List<EnrolmentRequest.EndorsementKey> shown() {
    return eks.stream()
        .map(ek -> new EnrolmentRequest.EndorsementKey(tpm.ek(ek).encode(), null))
        .toList();
  }

  /** The proof by activation of every credential. */
  public EnrolmentProof prove(EnrolmentChallenge challenge) {
    return new EnrolmentProof(
        1, challenge.token(), Formulas.enrolmentProof(activateAll(challenge), challenge.token()));
  }

  private byte[] activateAll(EnrolmentChallenge challenge) {
    ByteBuffer all = ByteBuffer.allocate(32 * eks.size());
    for (int i = 0; i < eks.size(); i++) {
      all.put(activate(challenge, i));
    }
    return all.array();
  }

  /** The credential of one EK, as TPM2_ActivateCredential gives it. */
  byte[] activate(EnrolmentChallenge challenge, int index) {
    EnrolmentChallenge.Activation activation = challenge.activations().get(index);
    CredentialBlob blob =
        new CredentialBlob(activation.credentialBlob(), activation.encryptedSecret());
    try (SecretBytes credential = tpm.activateCredential(eks.get(index), blob)) {
      return credential.revealBytes();
    }
  }

  public Bytes fingerprint(EkTemplate ek) {
    return tpm.ek(ek).subjectPublicKeyInfo().sha256();
  }

  public Bytes akName() {
    return tpm.akName().value();
  }

  public String ekCode() {
    return Formulas.ekCode(eks.stream().map(this::fingerprint).toList());
  }

  /** A wrong proof: right in form, over credentials that were guessed. */
  static EnrolmentProof guess(EnrolmentChallenge challenge) {
    byte[] guessed = new byte[64];
    Arrays.fill(guessed, (byte) 7);
    return new EnrolmentProof(
        1, challenge.token(), Formulas.enrolmentProof(guessed, challenge.token()));
  }
}
