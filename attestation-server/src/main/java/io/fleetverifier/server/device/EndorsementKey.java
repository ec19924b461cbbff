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
 * @param certificate DER of a certificate for this very key, or nothing
 */
public record EndorsementKey(
    EkTemplate template, TpmtPublic area, Bytes fingerprint, @Nullable Bytes certificate) {}
