// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device in a list.
 *
 * @param lifecycle active, revoked or retired
 * @param state its trust in one word: docs/reference/api.md, section "Trust"
 * @param since when the state began
 * @param lastEvidence when it last gave authentic evidence
 */
public record DeviceSummary(
    UUID id,
    String name,
    String group,
    String lifecycle,
    String state,
    Instant since,
    Instant enrolledAt,
    @Nullable Instant lastEvidence,
    long openFindings) {}
