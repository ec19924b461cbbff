// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmsClockInfo;

/**
 * Established facts: this TPM said so, now, in answer to this challenge. Only {@link QuoteVerifier}
 * makes one.
 */
public final class VerifiedQuote {
  private final PcrValues pcrs;
  private final TpmsClockInfo clock;
  private final long firmwareVersion;

  VerifiedQuote(PcrValues pcrs, TpmsClockInfo clock, long firmwareVersion) {
    this.pcrs = pcrs;
    this.clock = clock;
    this.firmwareVersion = firmwareVersion;
  }

  /** SHA-256 PCRs 0-9 and 11-15. */
  public PcrValues pcrs() {
    return pcrs;
  }

  /** Plain counters: the key is in the endorsement hierarchy, so the TPM adds no offset. */
  public TpmsClockInfo clock() {
    return clock;
  }

  /** 64 bits in the vendor's form, unsigned. */
  public long firmwareVersion() {
    return firmwareVersion;
  }
}
