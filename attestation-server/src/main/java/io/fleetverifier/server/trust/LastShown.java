// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.baseline.StoredPcrs;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a device showed in its last authentic evidence.
 *
 * @param reasons codes of why it was not trusted when it was received
 * @param warnings codes of what somebody should have looked at
 */
public record LastShown(
    UUID device,
    UUID group,
    UUID attestation,
    Instant receivedAt,
    Purpose purpose,
    StoredPcrs pcrs,
    List<String> reasons,
    List<String> warnings) {}
