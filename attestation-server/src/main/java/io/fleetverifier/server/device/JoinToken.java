// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A join token as it is shown: all but its text, which nobody has.
 *
 * @param uses how many devices it admits
 * @param used how many it has admitted
 */
public record JoinToken(
    UUID id,
    String group,
    int uses,
    int used,
    Instant createdAt,
    String createdBy,
    Instant expiresAt,
    @Nullable Instant revokedAt) {}
