// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Versions as they are shown. */
@Component
final class VersionViews {

  private static final int PHASED_PCR = 11;

  private final RuleRows rules;
  private final JsonMapper json;

  VersionViews(RuleRows rules, JsonMapper json) {
    this.rules = rules;
    this.json = json;
  }

  /** One version with all that it demands. */
  BaselineVersion whole(BaselineVersionRow row) {
    return of(row, rules.of(row.id()));
  }

  /** A version in a list, which leaves out the rules: there may be thousands of digests in each. */
  BaselineVersion listed(BaselineVersionRow row) {
    return of(row, EventRules.NONE);
  }

  private BaselineVersion of(BaselineVersionRow row, EventRules demanded) {
    return new BaselineVersion(
        row.baseline().name(),
        row.number(),
        row.label(),
        row.state(),
        row.origin(),
        hex(row.values()),
        VersionRules.of(demanded),
        row.createdAt(),
        row.createdBy(),
        row.publishedAt(),
        row.revokedAt(),
        row.sourceLog().map(Bytes::toHex).orElse(null),
        image(row.sourceImage()),
        null,
        null,
        null,
        row.rowVersion());
  }

  private @Nullable SourceImage image(Optional<String> stored) {
    return stored.map(text -> json.readValue(text, SourceImage.class)).orElse(null);
  }

  /** How an image is stored; {@link #image} reads it. */
  @Nullable String stored(@Nullable SourceImage image) {
    return image == null ? null : json.writeValueAsString(image);
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
