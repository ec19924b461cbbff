// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An API token as it is shown: all but its text, which nobody has. */
public record ApiTokenView(
    UUID id,
    String name,
    Role role,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {}
