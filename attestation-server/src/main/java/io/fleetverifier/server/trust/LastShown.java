// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.baseline.StoredPcrs;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a device showed in its last authentic evidence.
 *
 * @param logs SHA-256 of the logs that it said belong to it
 * @param reasons codes of why it was not trusted when it was received
 * @param warnings codes of what somebody should have looked at
 * @param endorsementRefusal why its TPM does not count as genuine, now, as far as its group minds
 */
public record LastShown(
    UUID device,
    UUID group,
    UUID attestation,
    Instant receivedAt,
    Purpose purpose,
    StoredPcrs pcrs,
    List<Bytes> logs,
    List<String> reasons,
    List<String> warnings,
    @Nullable ReasonCode endorsementRefusal) {}
