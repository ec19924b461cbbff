// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.Redemption;
import io.fleetverifier.server.appraisal.Trusted;
import io.fleetverifier.server.attestation.AttestationContext.SecretHistory;
import io.fleetverifier.server.keys.AnswerKey;
import io.fleetverifier.server.keys.AnswerKeys;
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

  /** Takes the wanted secrets into memory, or makes them; none unless the appraisal allows it. */
  ReleasePlan plan(Submission submission, Appraisal appraisal) {
    if (!appraisal.allowsRelease()) {
      return new ReleasePlan(appraisal, List.of());
    }
    List<PreparedSecret> prepared = new ArrayList<>();
    for (String volume : submission.claims().wanted()) {
      Optional<PreparedSecret> secret = prepare(submission, volume);
      if (secret.isEmpty()) {
        prepared.forEach(PreparedSecret::close);
        Reason unreadable = new Reason.OfVolume(ReasonCode.SECRET_UNREADABLE, volume);
        return new ReleasePlan(appraisal.refusing(unreadable), List.of());
      }
      prepared.add(secret.get());
    }
    return new ReleasePlan(appraisal, prepared);
  }

  private Optional<PreparedSecret> prepare(Submission submission, String volume) {
    AttestationContext context = submission.context();
    Optional<StoredSecret> stored =
        submission.claims().purpose() == Purpose.UNLOCK
            ? context.active(volume)
            : context.pending(volume);
    if (stored.isPresent()) {
      return stored
          .filter(secret -> secret.sealingEkName().equals(context.sealingEkName()))
          .flatMap(secrets::open);
    }
    if (submission.claims().purpose() != Purpose.PROVISION) {
      return Optional.empty();
    }
    Optional<Map.Entry<UUID, SecretHistory>> known = context.history(volume);
    int version = known.map(entry -> entry.getValue().highestVersion()).orElse(0) + 1;
    return Optional.of(
        secrets.make(known.map(Map.Entry::getKey), volume, version, context.sealingEkName()));
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
