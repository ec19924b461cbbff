// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A failure that stays open after the verdict recovers, until a person acknowledges it.
 *
 * @param code the reason's code
 * @param count how often it was seen while open
 */
public record Finding(
    UUID id,
    String code,
    Instant openedAt,
    Instant lastSeenAt,
    long count,
    @Nullable Instant acknowledgedAt,
    @Nullable String acknowledgedBy) {}
