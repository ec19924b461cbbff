// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The statement of a quote. TPM 2.0 Library, Part 2: TPMS_QUOTE_INFO.
 *
 * @param pcrSelect what was quoted; a TPM leaves out PCRs it does not have
 * @param pcrDigest the digest, by the hash of the signing scheme, over the selected values: bank by
 *     bank in the order of the selection, ascending within a bank
 */
public record TpmsQuoteInfo(PcrSelection pcrSelect, Bytes pcrDigest) implements TpmuAttest {
  @Override
  public int type() {
    return QUOTE;
  }
}
