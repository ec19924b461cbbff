// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.time.Instant;
import java.util.UUID;

/**
 * A proven enrolment that waits for a person.
 *
 * @param name as the device proposed it: nobody has confirmed it
 * @param ekCode to be compared with what the device's console shows
 * @param akName Name of its attestation key in hexadecimal
 */
public record WaitingDevice(
    UUID id,
    String name,
    String ekCode,
    String akName,
    String address,
    Instant createdAt,
    Instant expiresAt) {}
