// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentChallenge.Activation;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentRequest.EndorsementKey;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.TpmtPublic;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One enrolment (section 4). */
final class Enrolment {

  private final Supplier<Tpm> tpms;
  private final AttestationServer server;

  Enrolment(Supplier<Tpm> tpms, AttestationServer server) {
    this.tpms = tpms;
    this.server = server;
  }

  /** What the TPM shows of itself. */
  private record Identity(TpmtPublic ak, List<Endorsement> eks, List<Bytes> chain) {}

  EnrolmentResult run(String name, @Nullable String joinToken) {
    Identity identity = identity();
    EnrolmentChallenge challenge = server.enrol(request(name, joinToken, identity));
    byte[] credentials = activate(identity.eks(), challenge.activations());
    try {
      Bytes proof = Formulas.enrolmentProof(credentials, challenge.token());
      return server.prove(new EnrolmentProof(Protocol.VERSION, challenge.token(), proof));
    } finally {
      Arrays.fill(credentials, (byte) 0);
    }
  }

  private Identity identity() {
    try (Tpm tpm = tpms.get()) {
      return new Identity(tpm.akArea(), tpm.endorsements(), tpm.endorsementChain());
    }
  }

  private static EnrolmentRequest request(
      String name, @Nullable String joinToken, Identity identity) {
    List<EndorsementKey> eks =
        identity.eks().stream()
            .map(ek -> new EndorsementKey(ek.area().encode(), ek.certificate().orElse(null)))
            .toList();
    return new EnrolmentRequest(
        Protocol.VERSION,
        name,
        joinToken,
        identity.ak().encode(),
        eks,
        identity.chain().isEmpty() ? null : identity.chain());
  }

  /** All credentials, joined in the order of the EKs. */
  private byte[] activate(List<Endorsement> eks, List<Activation> activations) {
    if (activations.size() != eks.size()) {
      throw new ReleaseRefusedException("the server does not ask for proof of each key");
    }
    WipedBuffer joined = new WipedBuffer();
    try (Tpm tpm = tpms.get()) {
      for (int i = 0; i < eks.size(); i++) {
        try (SecretBytes credential = activate(tpm, eks.get(i), activations.get(i))) {
          joined.append(credential);
        }
      }
      return joined.toByteArray();
    } finally {
      joined.wipe();
    }
  }

  private static SecretBytes activate(Tpm tpm, Endorsement ek, Activation activation) {
    if (!activation.ekName().equals(ek.area().name().value())) {
      throw new ReleaseRefusedException("the server asks for proof of a key that was not shown");
    }
    CredentialBlob blob =
        new CredentialBlob(activation.credentialBlob(), activation.encryptedSecret());
    return tpm.activate(ek.template(), ek.area().name(), blob);
  }

  private static final class WipedBuffer extends ByteArrayOutputStream {

    void append(SecretBytes secret) {
      byte[] octets = secret.revealBytes();
      writeBytes(octets);
      Arrays.fill(octets, (byte) 0);
    }

    void wipe() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
