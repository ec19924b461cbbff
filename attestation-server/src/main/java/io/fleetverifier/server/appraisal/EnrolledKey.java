// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmtPublic;

/**
 * The attestation key on record.
 *
 * @param area its public area
 * @param qualifiedName its qualified name as computed at enrolment
 */
public record EnrolledKey(TpmtPublic area, Bytes qualifiedName) {}
