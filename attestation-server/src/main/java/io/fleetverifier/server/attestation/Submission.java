// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.VerifiedQuote;
import io.fleetverifier.server.challenge.IssuedChallenge;
import io.fleetverifier.server.secret.PreparedSecret;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Authentic evidence and what is on record for it: what policy is asked about. */
record Submission(
    AttestationRequest request,
    IssuedChallenge challenge,
    AttestationContext context,
    VerifiedQuote quote,
    MeasuredBoot boot,
    Claims claims,
    InetAddress source,
    Instant receivedAt) {

  AttestationRecord record(ReleasePlan plan, @Nullable BootExplanation explanation) {
    return new AttestationRecord(
        context,
        challenge,
        request,
        claims,
        quote,
        boot,
        plan.appraisal(),
        explanation,
        source,
        receivedAt,
        plan.secrets().stream().filter(PreparedSecret::fresh).map(PreparedSecret::stored).toList(),
        plan.secrets().stream().map(PreparedSecret::stored).toList());
  }
}
