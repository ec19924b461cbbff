// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a group asks for a baseline, as it is shown.
 *
 * @param purposes those of provision, unlock and report for which it is asked
 * @param observeUntil until then a mismatch only warns; absent: it is enforced
 * @param warnings what the baselines that the group enforces leave open together; in the answer to
 *     a change only
 */
public record Binding(
    String group,
    String baseline,
    List<String> purposes,
    @Nullable Instant observeUntil,
    Instant createdAt,
    String createdBy,
    @Nullable List<VersionWarning> warnings) {

  Binding with(List<VersionWarning> found) {
    return new Binding(group, baseline, purposes, observeUntil, createdAt, createdBy, found);
  }
}
