// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentChallenge.Activation;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.token.Lifespan;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.TpmName;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Enrols devices (docs/reference/protocol.md, section 4): first a credential for each endorsement
 * key that only a TPM holding this key and the attestation key gives out again, then, against the
 * proof that all came out, admission.
 */
@Service
public final class EnrolmentService {
  private static final int NONCE_SIZE = 32;

  private final EnrolmentTokens tokens;
  private final Admissions admissions;
  private final InstallationState installation;
  private final SecureRandom random;
  private final InstantSource clock;

  EnrolmentService(
      EnrolmentTokens tokens,
      Admissions admissions,
      InstallationState installation,
      SecureRandom random,
      InstantSource clock) {
    this.tokens = tokens;
    this.admissions = admissions;
    this.installation = installation;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Checks the keys and makes the credentials. No database is asked and nothing is stored.
   *
   * @throws ProblemException enrolment-refused with AK_UNSUITABLE, EK_UNSUITABLE or
   *     EK_CERTIFICATE_MISMATCH
   */
  public EnrolmentChallenge begin(EnrolmentRequest request) {
    Candidate candidate = Candidate.of(request);
    Applicant applicant = candidate.check();
    List<EndorsementKey> eks = applicant.eks().keys();
    ByteBuffer credentials = ByteBuffer.allocate(eks.size() * EnrolmentTokens.CREDENTIAL_SIZE);
    try {
      List<Activation> activations = new ArrayList<>();
      for (EndorsementKey ek : eks) {
        activations.add(activation(ek, applicant.ak().name(), credentials));
      }
      Bytes token = tokens.seal(ticket(candidate, request.joinToken()), credentials.array());
      return new EnrolmentChallenge(Protocol.VERSION, token, Protocol.TOKEN_SECONDS, activations);
    } finally {
      Arrays.fill(credentials.array(), (byte) 0);
    }
  }

  /** Makes a fresh credential, wraps it for the EK and the AK, and adds it to the others. */
  private Activation activation(EndorsementKey ek, TpmName ak, ByteBuffer credentials) {
    byte[] octets = new byte[EnrolmentTokens.CREDENTIAL_SIZE];
    random.nextBytes(octets);
    credentials.put(octets);
    try (SecretBytes credential = SecretBytes.takeFrom(octets)) {
      CredentialBlob blob = CredentialBlob.make(ek.area(), ak, credential, random);
      return new Activation(ek.area().name().value(), blob.idObject(), blob.encryptedSecret());
    }
  }

  private EnrolmentTicket ticket(Candidate candidate, @Nullable String joinToken) {
    byte[] nonce = new byte[NONCE_SIZE];
    random.nextBytes(nonce);
    return new EnrolmentTicket(
        Bytes.copyOf(nonce),
        Lifespan.startingAt(clock.instant()),
        installation.epoch(),
        joinToken == null ? null : Bytes.utf8(joinToken).sha256(),
        candidate);
  }

  /**
   * Checks the proof and admits the device, or lets it wait for a person.
   *
   * @param address where the proof came from
   * @throws ProblemException enrolment-refused with its reason; it leaves nothing behind, unless it
   *     is about a known device: then a finding on that device
   */
  public EnrolmentResult prove(EnrolmentProof message, InetAddress address) {
    try (EnrolmentTokens.Opened opened = tokens.open(message.token())) {
      if (!isRight(message, opened.credentials())) {
        throw EnrolmentRefusal.ACTIVATION_FAILED.problem();
      }
      Applicant applicant = opened.ticket().candidate().check();
      return answer(applicant, admissions.decide(opened.ticket(), applicant, address));
    }
  }

  private static boolean isRight(EnrolmentProof message, SecretBytes credentials) {
    byte[] key = credentials.revealBytes();
    try {
      return Formulas.enrolmentProof(key, message.token()).constantTimeEquals(message.proof());
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static EnrolmentResult answer(Applicant applicant, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Enrolled(var id) ->
          new EnrolmentResult(
              Protocol.VERSION, id, EnrolmentState.ENROLLED, applicant.eks().code());
      case Outcome.Pending(var id) ->
          new EnrolmentResult(Protocol.VERSION, id, EnrolmentState.PENDING, applicant.eks().code());
      case Outcome.Refused(var why, var about) -> throw why.problem();
    };
  }
}
