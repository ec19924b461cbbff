// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.VerifiedQuote;
import io.fleetverifier.server.challenge.IssuedChallenge;
import io.fleetverifier.server.secret.StoredSecret;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one write holds.
 *
 * @param context what was read and appraised: the write compares it with what is there now
 * @param explanation why it is not trusted; absent where it is, and for a revoked device
 * @param receivedAt by the database's clock
 * @param fresh secrets to be stored as pending
 * @param releases secrets to be let go
 */
public record AttestationRecord(
    AttestationContext context,
    IssuedChallenge challenge,
    AttestationRequest request,
    Claims claims,
    VerifiedQuote quote,
    MeasuredBoot boot,
    Appraisal appraisal,
    @Nullable BootExplanation explanation,
    InetAddress source,
    Instant receivedAt,
    List<StoredSecret> fresh,
    List<StoredSecret> releases) {
  public AttestationRecord {
    fresh = List.copyOf(fresh);
    releases = List.copyOf(releases);
  }
}
