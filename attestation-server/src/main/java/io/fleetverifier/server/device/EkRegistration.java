// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.time.Instant;

/**
 * An EK known beforehand: a device that proves it is genuine and ours.
 *
 * @param fingerprint SHA-256 of the EK's DER SubjectPublicKeyInfo, in lower-case hexadecimal
 * @param group the name of the group that the device comes into
 */
public record EkRegistration(
    String fingerprint, String group, String note, Instant createdAt, String createdBy) {}
