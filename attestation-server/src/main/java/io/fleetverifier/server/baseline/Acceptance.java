// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a version counts for a group, as it is shown.
 *
 * @param until exclusive; absent: until it is ended
 */
public record Acceptance(
    String group,
    String baseline,
    int version,
    Instant from,
    @Nullable Instant until,
    Instant createdAt,
    String createdBy) {}
