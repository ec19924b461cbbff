// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmtPublic;
import org.jspecify.annotations.Nullable;

/**
 * An endorsement key that kept every rule.
 *
 * @param fingerprint SHA-256 of the SubjectPublicKeyInfo that this server built from the area
 * @param certificate as the device sent it, or nothing. Where it can be read, it is of this very
 *     key; whether a vendor vouches for the key by it is judged at admission
 */
public record EndorsementKey(
    EkTemplate template, TpmtPublic area, Bytes fingerprint, @Nullable Bytes certificate) {}
