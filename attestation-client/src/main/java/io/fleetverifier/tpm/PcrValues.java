// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values of PCRs of one bank.
 *
 * @param values index in 0..23 to value, ascending; each value as long as a digest of the bank
 */
public record PcrValues(HashAlg bank, SortedMap<Integer, Bytes> values) {

  /**
   * Copies the values and checks them.
   *
   * @throws IllegalArgumentException for another index or another size of a value
   */
  public PcrValues {
    // A copy through a plain Map, so that a foreign order of the given map is not taken over.
    SortedMap<Integer, Bytes> ascending = new TreeMap<>();
    ascending.putAll(values);
    ascending.forEach((pcr, value) -> {
      Pcr.requireIndex(pcr);
      Pcr.requireSize(bank, value);
    });
    values = Collections.unmodifiableSortedMap(ascending);
  }

  public static PcrValues of(HashAlg bank, Map<Integer, Bytes> values) {
    return new PcrValues(bank, new TreeMap<>(values));
  }

  /** The value of the PCR, where it is among these. */
  public Optional<Bytes> get(int pcr) {
    return Optional.ofNullable(values.get(pcr));
  }

  /**
   * The digest over all values, ascending by index, as a quote or PolicyPCR has it for a selection
   * of exactly these PCRs.
   *
   * @param hash the hash of the signing scheme, or of the policy session; not that of the bank
   */
  public Bytes digest(HashAlg hash) {
    return hash.digest(values.values().toArray(Bytes[]::new));
  }

  /**
   * The values of some of these PCRs.
   *
   * @throws IllegalArgumentException when one of them is not among these: what is missing is never
   *     silently left out
   */
  public PcrValues subset(Collection<Integer> pcrs) {
    SortedMap<Integer, Bytes> chosen = new TreeMap<>();
    for (Integer pcr : pcrs) {
      Bytes value = values.get(pcr);
      if (value == null) {
        throw new IllegalArgumentException("no value of PCR " + pcr);
      }
      chosen.put(pcr, value);
    }
    return new PcrValues(bank, chosen);
  }

  /** The selection of exactly these PCRs. */
  public PcrSelection selection() {
    return PcrSelection.of(bank, values.keySet());
  }
}
