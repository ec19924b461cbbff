// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmName;

/**
 * A share as it was wrapped for an EK (section 7).
 *
 * @param ekName Name of the EK, from a signed answer
 * @param objectPublic TPMT_PUBLIC
 * @param duplicate the contents of a TPM2B_PRIVATE
 * @param inSymSeed the contents of a TPM2B_ENCRYPTED_SECRET
 */
public record SealedShare(
    EkTemplate template, TpmName ekName, Bytes objectPublic, Bytes duplicate, Bytes inSymSeed) {}
