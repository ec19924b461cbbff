// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fleetverifier.server.baseline.jpa.VersionState;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A baseline version as it is shown.
 *
 * @param number within its baseline, from 1
 * @param origin {@code typed} or {@code capture}
 * @param values PCR number to its value in hexadecimal; where PCR 11 is held for a phase, to an
 *     object of phase path to value
 * @param warnings in the answer to its making only
 * @param rowVersion for the ETag
 */
public record BaselineVersion(
    String baseline,
    int number,
    String label,
    VersionState state,
    String origin,
    SortedMap<Integer, Object> values,
    Instant createdAt,
    String createdBy,
    @Nullable Instant publishedAt,
    @Nullable Instant revokedAt,
    @Nullable List<VersionWarning> warnings,
    @JsonIgnore long rowVersion) {

  BaselineVersion with(List<VersionWarning> found) {
    return new BaselineVersion(
        baseline,
        number,
        label,
        state,
        origin,
        values,
        createdAt,
        createdBy,
        publishedAt,
        revokedAt,
        found,
        rowVersion);
  }
}
