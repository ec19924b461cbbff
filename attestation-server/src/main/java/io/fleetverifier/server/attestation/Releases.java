// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.Redemption;
import io.fleetverifier.server.appraisal.Trusted;
import io.fleetverifier.server.attestation.AttestationContext.SecretHistory;
import io.fleetverifier.server.keys.AnswerKey;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.keys.KeyUnavailableException;
import io.fleetverifier.server.secret.PreparedSecret;
import io.fleetverifier.server.secret.ReleaseTarget;
import io.fleetverifier.server.secret.SecretRelease;
import io.fleetverifier.server.secret.Secrets;
import io.fleetverifier.server.secret.SignedRelease;
import io.fleetverifier.server.secret.StoredSecret;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** From an appraisal to an answer: which secrets are meant, and their release once it is earned. */
@Component
final class Releases {
  private final Secrets secrets;
  private final SecretRelease release;
  private final AnswerKeys answerKeys;

  Releases(Secrets secrets, SecretRelease release, AnswerKeys answerKeys) {
    this.secrets = secrets;
    this.release = release;
    this.answerKeys = answerKeys;
  }

  boolean isAnswerable(Claims claims) {
    return answerKeys.newestAccepted(claims.answerKeys()).isPresent();
  }

  /**
   * Takes the wanted secrets into memory, or makes them; none unless the appraisal allows it.
   *
   * @throws KeyUnavailableException when the key service does not answer
   */
  ReleasePlan plan(Submission submission, Appraisal appraisal) {
    if (!appraisal.allowsRelease()) {
      return new ReleasePlan(appraisal, List.of());
    }
    List<PreparedSecret> prepared = new ArrayList<>();
    Appraisal planned = appraisal;
    boolean complete = false;
    try {
      for (String volume : submission.claims().wanted()) {
        Optional<PreparedSecret> secret = prepare(submission, volume);
        secret.ifPresent(prepared::add);
        if (secret.isEmpty()) {
          planned = planned.refusing(new Reason.OfVolume(ReasonCode.SECRET_UNREADABLE, volume));
        }
      }
      complete = planned.allowsRelease();
      return new ReleasePlan(planned, complete ? prepared : List.of());
    } finally {
      if (!complete) {
        prepared.forEach(PreparedSecret::close);
      }
    }
  }

  private Optional<PreparedSecret> prepare(Submission submission, String volume) {
    AttestationContext context = submission.context();
    return switch (submission.claims().purpose()) {
      case UNLOCK -> context.active(volume).flatMap(secret -> open(secret, context));
      case PROVISION ->
          context
              .pending(volume)
              .map(secret -> open(secret, context))
              .orElseGet(() -> Optional.of(make(volume, context)));
      case REPORT -> Optional.empty();
    };
  }

  /** Only for the EK it was made for: the database alone cannot move a secret to another TPM. */
  private Optional<PreparedSecret> open(StoredSecret secret, AttestationContext context) {
    return secret.sealingEkName().equals(context.sealingEkName())
        ? secrets.open(secret)
        : Optional.empty();
  }

  private PreparedSecret make(String volume, AttestationContext context) {
    Optional<Map.Entry<UUID, SecretHistory>> known = context.history(volume);
    int version = known.map(entry -> entry.getValue().highestVersion()).orElse(0) + 1;
    return secrets.make(known.map(Map.Entry::getKey), volume, version, context.sealingEkName());
  }

  /** The answer to evidence whose challenge was redeemed. */
  AttestationAnswer answer(Submission submission, ReleasePlan plan, Redemption redemption) {
    Appraisal appraisal = plan.appraisal();
    Optional<SignedRelease> signed =
        plan.secrets().isEmpty()
            ? Optional.empty()
            : Trusted.of(submission.quote(), appraisal, redemption)
                .map(trusted -> release(trusted, submission, plan.secrets()));
    return new AttestationAnswer(
        Protocol.VERSION,
        appraisal.isTrusted() ? DeviceVerdict.TRUSTED : DeviceVerdict.UNTRUSTED,
        codes(appraisal),
        Math.toIntExact(submission.context().attestEvery().toSeconds()),
        appraisal.rebootAfter().isPresent() ? appraisal.rebootAfter().getAsInt() : null,
        signed.map(SignedRelease::release).orElse(null),
        signed.map(s -> new ReleaseSignature(s.keyId(), s.signature())).orElse(null));
  }

  private SignedRelease release(
      Trusted trusted, Submission submission, List<PreparedSecret> prepared) {
    Claims claims = submission.claims();
    AnswerKey key = answerKeys.newestAccepted(claims.answerKeys()).orElseThrow();
    ReleaseTarget target =
        new ReleaseTarget(
            submission.context().device(),
            TpmtPublic.decode(submission.context().sealingEk()),
            Objects.requireNonNull(claims.releaseKey()),
            submission.request().token(),
            submission.request().claims());
    return release.release(trusted, target, prepared, key);
  }

  private static List<String> codes(Appraisal appraisal) {
    return Stream.concat(appraisal.reasons().stream(), appraisal.refusals().stream())
        .map(reason -> reason.code().name())
        .distinct()
        .toList();
  }
}
