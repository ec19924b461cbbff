// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One immutable content of a baseline, as the group of the device sees it.
 *
 * @param number counts from 1 within its baseline
 * @param label what people call it, such as {@code 1.4.2}
 * @param revoked a revoked version counts for nobody; it is here so that it can be named when it
 *     boots
 * @param accepted when it counts for the group
 */
public record BaselineVersion(
    UUID id,
    int number,
    String label,
    boolean revoked,
    List<Validity> accepted,
    ReferenceValues values) {

  /** A time span: from inclusive, to exclusive; no end when {@code to} is absent. */
  public record Validity(Instant from, @Nullable Instant to) {
    boolean covers(Instant now) {
      return !now.isBefore(from) && (to == null || now.isBefore(to));
    }
  }

  public BaselineVersion {
    accepted = List.copyOf(accepted);
  }

  boolean countsAt(Instant now) {
    return !revoked && accepted.stream().anyMatch(validity -> validity.covers(now));
  }
}
