// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import java.util.List;
import java.util.SortedMap;

/**
 * The fleet in numbers.
 *
 * @param states devices by state; every state is there
 * @param reasons active devices by reason code
 */
public record TrustSummary(
    long devices,
    SortedMap<String, Long> states,
    List<OfGroup> groups,
    SortedMap<String, Long> reasons) {

  /** One group in numbers; every state is there. */
  public record OfGroup(String group, long devices, SortedMap<String, Long> states) {}
}
