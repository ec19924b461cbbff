// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.Appraiser;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.appraisal.Circumstances;
import io.fleetverifier.server.appraisal.Evidence;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.QuoteVerifier;
import io.fleetverifier.server.appraisal.Redemption;
import io.fleetverifier.server.appraisal.Verification;
import io.fleetverifier.server.appraisal.VerifiedQuote;
import io.fleetverifier.server.attestation.AttestationStore.Outcome;
import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.challenge.IssuedChallenge;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * The order of an attestation, and nothing else (docs/reference/protocol.md, section 6).
 *
 * <p>Until the quote is verified and the claims are read, evidence is nobody's: a failure writes
 * nothing and spends nothing. From there on the first answer spends the challenge, whatever the
 * verdict. Secrets are in memory before the write, so that a key service that fails costs nothing,
 * and are sealed after the commit, so that nothing leaves that was not recorded.
 */
@Service
public final class AttestationService {
  /** Policy may change under an attestation; it is then appraised again, this often at most. */
  private static final int MOST_APPRAISALS = 3;

  private static final Duration COME_BACK = Duration.ofSeconds(5);

  private final Challenges challenges;
  private final AttestationStore store;
  private final Releases releases;
  private final DeviceBuckets buckets;
  private final Unverifiables unverifiables;
  private final BootExplanations explanations;
  private final BootLogs bootLogs;
  private final InstantSource clock;
  private final QuoteVerifier verifier = new QuoteVerifier();
  private final Appraiser appraiser = new Appraiser();

  AttestationService(
      Challenges challenges,
      AttestationStore store,
      Releases releases,
      DeviceBuckets buckets,
      Unverifiables unverifiables,
      BootExplanations explanations,
      BootLogs bootLogs,
      InstantSource clock) {
    this.challenges = challenges;
    this.store = store;
    this.releases = releases;
    this.buckets = buckets;
    this.unverifiables = unverifiables;
    this.explanations = explanations;
    this.bootLogs = bootLogs;
    this.clock = clock;
  }

  /**
   * Takes evidence and answers it.
   *
   * @param source the device's address
   * @throws ProblemException challenge-expired, not-enrolled, unverifiable or retry
   */
  public AttestationAnswer attest(AttestationRequest request, InetAddress source) {
    IssuedChallenge challenge = challenges.open(request.token());
    AttestationContext context = find(challenge);
    VerifiedQuote quote = verify(context, request, source);
    Claims claims = read(request, challenge, source);
    buckets.take(context.device());
    MeasuredBoot boot = MeasuredBoot.of(quote.pcrs(), bootLog(request, claims));
    for (int i = 0; i < MOST_APPRAISALS; i++) {
      Submission submission =
          new Submission(request, challenge, context, quote, boot, claims, source, now());
      Appraisal appraisal = appraise(submission);
      try (ReleasePlan plan = releases.plan(submission, appraisal)) {
        switch (store.record(submission.record(plan, explanation(submission, appraisal)))) {
          case Outcome.Recorded recorded -> {
            return answer(submission, plan, recorded.redemption());
          }
          case Outcome.Spent ignored -> throw new ProblemException(ProblemCode.CHALLENGE_EXPIRED);
          case Outcome.Outdated ignored -> context = find(challenge);
        }
      }
    }
    throw ProblemException.retryAfter(ProblemCode.RETRY, COME_BACK);
  }

  /**
   * The same answer for a key that is unknown and for one that waits for approval. A challenge of
   * an earlier epoch counts no more, even where this replica has not heard of the new one yet.
   */
  private AttestationContext find(IssuedChallenge challenge) {
    AttestationContext context =
        store
            .find(challenge.akName())
            .orElseThrow(() -> new ProblemException(ProblemCode.NOT_ENROLLED));
    if (context.epoch() != challenge.epoch()) {
      throw new ProblemException(ProblemCode.CHALLENGE_EXPIRED);
    }
    return context;
  }

  private VerifiedQuote verify(
      AttestationContext context, AttestationRequest request, InetAddress source) {
    Map<Integer, Bytes> values =
        request.pcrValues().entrySet().stream()
            .collect(
                Collectors.toMap(entry -> Integer.valueOf(entry.getKey()), Map.Entry::getValue));
    Bytes extraData = Formulas.extraData(request.token(), request.claims());
    Evidence evidence = new Evidence(request.quote(), request.signature(), values);
    return switch (verifier.verify(context.key(), evidence, extraData)) {
      case Verification.Authentic authentic -> authentic.quote();
      case Verification.Unverifiable unverifiable ->
          throw unverifiables.quote(unverifiable.fault(), source);
    };
  }

  private Claims read(AttestationRequest request, IssuedChallenge challenge, InetAddress source) {
    return ClaimsReader.read(request, challenge).orElseThrow(() -> unverifiables.claims(source));
  }

  /** The claims that were read name each log by its true digest. */
  private BootLog bootLog(AttestationRequest request, Claims claims) {
    return request.logs().stream()
        .filter(log -> log.type() == LogType.TCG_BOOT)
        .findFirst()
        .map(log -> bootLogs.of(claims.digestOf(log.type()), log.data()))
        .orElseGet(BootLog.Absent::new);
  }

  private Appraisal appraise(Submission submission) {
    AttestationContext context = submission.context();
    if (!context.active()) {
      return Appraisal.ofRevokedDevice();
    }
    return appraiser.appraise(
        submission.quote(),
        submission.boot(),
        submission.claims(),
        context.factsAt(submission.quote().clock().resetCount()),
        context.bindings(),
        context.releasePolicy(),
        new Circumstances(
            submission.receivedAt(),
            submission.challenge().issuedAt(),
            Bytes.copyOf(submission.source().getAddress()),
            releases.isAnswerable(submission.claims())));
  }

  /** For operators only, read before the write: of trusted evidence there is nothing to explain. */
  private @Nullable BootExplanation explanation(Submission submission, Appraisal appraisal) {
    return appraisal.isTrusted() || !submission.context().active()
        ? null
        : explanations.explain(
            submission.context().device(), submission.boot(), appraisal.reasons());
  }

  /** A revoked device left its trace in the record; from the answer it learns nothing. */
  private AttestationAnswer answer(Submission submission, ReleasePlan plan, Redemption redemption) {
    if (!submission.context().active()) {
      throw new ProblemException(ProblemCode.NOT_ENROLLED);
    }
    return releases.answer(submission, plan, redemption);
  }

  /** As exact as the database keeps it, so that what is read back is equal. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
