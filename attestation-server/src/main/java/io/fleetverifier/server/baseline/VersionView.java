// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Versions as they are shown. */
final class VersionView {

  private static final int PHASED_PCR = 11;

  private VersionView() {}

  static BaselineVersion of(BaselineVersionRow row) {
    return new BaselineVersion(
        row.baseline().name(),
        row.number(),
        row.label(),
        row.state(),
        row.origin(),
        hex(row.values()),
        row.createdAt(),
        row.createdBy(),
        row.publishedAt(),
        row.revokedAt(),
        null,
        null,
        null,
        null,
        row.rowVersion());
  }

  /** As {@link TypedValues} reads them. */
  private static SortedMap<Integer, Object> hex(List<ReferenceValue> values) {
    SortedMap<Integer, Object> byPcr = new TreeMap<>();
    SortedMap<String, String> phases = new TreeMap<>();
    for (ReferenceValue value : values) {
      byPcr.put(value.pcr(), value.value().toHex());
      if (value.pcr() == PHASED_PCR) {
        phases.put(value.phase(), value.value().toHex());
      }
    }
    if (!phases.isEmpty() && !phases.keySet().equals(Set.of(""))) {
      byPcr.put(PHASED_PCR, phases);
    }
    return byPcr;
  }
}
