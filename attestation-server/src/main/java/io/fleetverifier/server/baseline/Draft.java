// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A version in the making.
 *
 * @param detail what the audit log says of its making beside the label
 * @param warnings of what it is made from
 */
record Draft(
    String label,
    Origin origin,
    List<ReferenceValue> values,
    Map<String, ?> detail,
    List<VersionWarning> warnings) {

  Map<String, ?> audited() {
    Map<String, Object> all = new LinkedHashMap<>(detail);
    all.put("label", label);
    return all;
  }
}
