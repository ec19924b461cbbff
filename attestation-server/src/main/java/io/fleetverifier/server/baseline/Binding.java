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
 */
public record Binding(
    String group,
    String baseline,
    List<String> purposes,
    @Nullable Instant observeUntil,
    Instant createdAt,
    String createdBy) {}
