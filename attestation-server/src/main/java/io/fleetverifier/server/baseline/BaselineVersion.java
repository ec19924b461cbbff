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
 * @param origin {@code typed}, {@code capture}, {@code event-log} or {@code image}
 * @param values PCR number to its value in hexadecimal; where PCR 11 is held for a phase, to an
 *     object of phase path to value
 * @param rules of one version that is read by itself; lists leave them out
 * @param sourceLog SHA-256 of the boot event log that the version was made from
 * @param image the image that the values were foretold from
 * @param log what the log says that the version was made from; in the answer to its making only
 * @param alternatives what else the image leads to; in the answer to its making only
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
    @Nullable VersionRules rules,
    Instant createdAt,
    String createdBy,
    @Nullable Instant publishedAt,
    @Nullable Instant revokedAt,
    @Nullable String sourceLog,
    @Nullable SourceImage image,
    @Nullable LogReview log,
    @Nullable List<Alternative> alternatives,
    @Nullable List<VersionWarning> warnings,
    @JsonIgnore long rowVersion) {

  BaselineVersion with(List<VersionWarning> found) {
    return copy(log, alternatives, found);
  }

  BaselineVersion withAlternatives(List<Alternative> others) {
    return copy(log, others.isEmpty() ? null : others, warnings);
  }

  BaselineVersion withLog(LogReview review) {
    return copy(review, alternatives, warnings);
  }

  private BaselineVersion copy(
      @Nullable LogReview review,
      @Nullable List<Alternative> others,
      @Nullable List<VersionWarning> found) {
    return new BaselineVersion(
        baseline,
        number,
        label,
        state,
        origin,
        values,
        rules,
        createdAt,
        createdBy,
        publishedAt,
        revokedAt,
        sourceLog,
        image,
        review,
        others,
        found,
        rowVersion);
  }
}
