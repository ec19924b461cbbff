// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

import io.fleetverifier.bytes.Bytes;

/**
 * What TPM2_Quote gives.
 *
 * @param attest TPMS_ATTEST, without the outer size
 * @param signature TPMT_SIGNATURE
 */
public record SignedQuote(Bytes attest, Bytes signature) {}
