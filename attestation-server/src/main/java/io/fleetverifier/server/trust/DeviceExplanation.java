// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device's last authentic evidence under present policy, told to a person.
 *
 * @param summary one sentence on why it is not trusted; absent where it is
 * @param nextStep what to do about it
 * @param warnings what somebody should look at
 */
public record DeviceExplanation(
    UUID attestation,
    Instant receivedAt,
    String purpose,
    String verdict,
    @Nullable String summary,
    @Nullable String nextStep,
    List<OfReason> reasons,
    List<OfReason> warnings) {}
