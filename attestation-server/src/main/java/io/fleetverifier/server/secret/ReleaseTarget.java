// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.UUID;

/**
 * Whom a release is for.
 *
 * @param sealingEk the genuine EK on record
 * @param releaseKey the device's point for this attestation, 65 bytes
 * @param token bytes of the challenge token
 * @param claims bytes of the claims document
 */
public record ReleaseTarget(
    UUID device, TpmtPublic sealingEk, Bytes releaseKey, Bytes token, Bytes claims) {}
