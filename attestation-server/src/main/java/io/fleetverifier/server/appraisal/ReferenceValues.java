// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.PcrValues;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The golden values of one baseline version: one value a PCR, and for PCR 11 one a phase path.
 *
 * @param values PCR index to value, without PCR 11
 * @param phases PCR 11 by phase path; empty when the version says nothing of PCR 11
 */
public record ReferenceValues(SortedMap<Integer, Bytes> values, SortedMap<String, Bytes> phases) {
  /** The register of a unified kernel image and of the phases of a boot. */
  public static final int PHASE_PCR = 11;

  public ReferenceValues {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    phases = Collections.unmodifiableSortedMap(new TreeMap<>(phases));
    if (values.containsKey(PHASE_PCR)) {
      throw new IllegalArgumentException("PCR 11 is given by phase path");
    }
  }

  /** All PCRs that this version speaks of, ascending. */
  public SortedSet<Integer> pcrs() {
    SortedSet<Integer> pcrs = new TreeSet<>(values.keySet());
    if (!phases.isEmpty()) {
      pcrs.add(PHASE_PCR);
    }
    return pcrs;
  }

  /** Whether the quoted values equal these as a whole, in whatever phase of the boot. */
  public boolean isMetBy(PcrValues quoted) {
    return !pcrs().isEmpty() && compare(quoted).isWhole();
  }

  /**
   * How quoted values compare with these. A PCR that was not quoted differs: what is unknown is not
   * good.
   */
  Comparison compare(PcrValues quoted) {
    SortedMap<Integer, Difference> differences = new TreeMap<>();
    values.forEach((pcr, expected) -> {
      Bytes actual = quoted.get(pcr).orElse(null);
      if (!expected.equals(actual)) {
        differences.put(pcr, new Difference(expected, actual));
      }
    });
    String phase = null;
    if (!phases.isEmpty()) {
      Bytes actual = quoted.get(PHASE_PCR).orElse(null);
      phase = phaseOf(actual);
      if (phase == null) {
        differences.put(PHASE_PCR, new Difference(phases.values().iterator().next(), actual));
      }
    }
    return new Comparison(Collections.unmodifiableSortedMap(differences), phase);
  }

  private @Nullable String phaseOf(@Nullable Bytes actual) {
    return PhasePaths.withLater(phases).entrySet().stream()
        .filter(entry -> entry.getValue().equals(actual))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /**
   * What one PCR should hold and what it holds; {@code actual} is absent when it was not quoted.
   */
  public record Difference(Bytes expected, @Nullable Bytes actual) {}

  /**
   * @param differences by PCR; empty for a whole match
   * @param phase the phase path that PCR 11 shows; absent when it shows none or the version names
   *     none
   */
  record Comparison(SortedMap<Integer, Difference> differences, @Nullable String phase) {
    boolean isWhole() {
      return differences.isEmpty();
    }

    /**
     * Whether a disk may be unlocked in the phase this shows; true where the version says nothing
     * of phases.
     */
    boolean mayUnlock() {
      return phase == null || PhasePaths.unlocks(phase);
    }
  }
}
