// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.Optional;

/**
 * An endorsement key that the TPM can show.
 *
 * @param certificate DER, when the TPM holds one for this template
 */
public record Endorsement(EkTemplate template, TpmtPublic area, Optional<Bytes> certificate) {}
