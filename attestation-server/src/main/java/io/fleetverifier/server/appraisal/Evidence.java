// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import java.util.Map;

/**
 * What a device sent, as received and not believed.
 *
 * @param quote TPMS_ATTEST
 * @param signature TPMT_SIGNATURE
 * @param pcrValues what the device says the quoted PCRs hold, index to value
 */
public record Evidence(Bytes quote, Bytes signature, Map<Integer, Bytes> pcrValues) {
  public Evidence {
    pcrValues = Map.copyOf(pcrValues);
  }
}
