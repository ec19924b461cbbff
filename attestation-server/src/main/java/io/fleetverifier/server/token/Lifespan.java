// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import io.fleetverifier.protocol.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** From when until when a token counts. */
public record Lifespan(Instant issuedAt, Instant expiresAt) {
  /** How far the clocks of two replicas may lie apart. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

  /** The life of a token issued now. */
  public static Lifespan startingAt(Instant now) {
    Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
    return new Lifespan(issuedAt, issuedAt.plusSeconds(Protocol.TOKEN_SECONDS));
  }

  /** Whether a token of this life counts at this time, by a clock within the tolerance. */
  public boolean covers(Instant now) {
    return now.isAfter(issuedAt.minus(CLOCK_TOLERANCE))
        && now.isBefore(expiresAt.plus(CLOCK_TOLERANCE));
  }
}
