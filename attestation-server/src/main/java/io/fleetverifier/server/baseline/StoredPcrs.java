// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PCR values as one attestation row holds them: those of {@link Protocol#QUOTED_PCRS}, ascending,
 * 32 octets each.
 */
public record StoredPcrs(Bytes octets) {

  private static final int SIZE = 32;

  public StoredPcrs {
    if (octets.size() != SIZE * Protocol.QUOTED_PCRS.size()) {
      throw new IllegalArgumentException("PCR values of " + octets.size() + " octets");
    }
  }

  /**
   * The value of one PCR.
   *
   * @throws IllegalArgumentException for one that is never quoted
   */
  public Bytes value(int pcr) {
    int place = Protocol.QUOTED_PCRS.indexOf(pcr);
    if (place < 0) {
      throw new IllegalArgumentException("no quote covers PCR " + pcr);
    }
    return octets.slice(place * SIZE, (place + 1) * SIZE);
  }

  /** All of them, as an appraisal takes them. */
  public PcrValues values() {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    for (int pcr : Protocol.QUOTED_PCRS) {
      values.put(pcr, value(pcr));
    }
    return new PcrValues(HashAlg.SHA256, values);
  }

  /** Each PCR's number to its value in hexadecimal. */
  public SortedMap<Integer, String> toHex() {
    SortedMap<Integer, String> values = new TreeMap<>();
    for (int pcr : Protocol.QUOTED_PCRS) {
      values.put(pcr, value(pcr).toHex());
    }
    return values;
  }
}
