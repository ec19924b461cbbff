// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version in the making.
 *
 * @param content what it demands
 * @param source what it is made from
 * @param detail what the audit log says of its making beside the label
 * @param warnings of what it is made from
 */
record Draft(
    String label,
    Content content,
    Source source,
    Map<String, ?> detail,
    List<VersionWarning> warnings) {

  /** At least one value or rule. */
  record Content(List<ReferenceValue> values, EventRules rules) {

    static Content of(List<ReferenceValue> values) {
      return new Content(values, EventRules.NONE);
    }
  }

  /**
   * What values and rules come from.
   *
   * @param log SHA-256 of the boot event log, which is among the kept ones
   */
  record Source(Origin origin, @Nullable Bytes log, @Nullable SourceImage image) {

    static Source of(Origin origin) {
      return new Source(origin, null, null);
    }
  }

  Map<String, ?> audited() {
    Map<String, Object> all = new LinkedHashMap<>(detail);
    all.put("label", label);
    return all;
  }
}
