// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmsClockInfo;

/**
 * A quote and the values it speaks of.
 *
 * @param attest TPMS_ATTEST
 * @param signature TPMT_SIGNATURE
 * @param values the quoted PCRs, whose digest is the quote's
 * @param clock the counters in the quote
 */
public record Quoted(Bytes attest, Bytes signature, PcrValues values, TpmsClockInfo clock) {}
