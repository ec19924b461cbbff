// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.baseline.Coverage.Enforced;
import io.fleetverifier.server.eventlog.BaselineLint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Advice on what all baselines that a group enforces leave open together. */
final class GroupLint {

  private GroupLint() {}

  /** For each purpose by itself; a purpose for which nobody passes is left out. */
  static List<VersionWarning> of(List<Enforced> bindings) {
    Set<String> purposes = new TreeSet<>();
    bindings.forEach(binding -> purposes.addAll(binding.purposes()));
    Set<VersionWarning> warnings = new LinkedHashSet<>();
    for (String purpose : purposes) {
      List<Enforced> asked =
          bindings.stream().filter(binding -> binding.purposes().contains(purpose)).toList();
      if (asked.stream().allMatch(binding -> binding.certain().isPresent())) {
        Set<Integer> pcrs = new TreeSet<>();
        asked.forEach(binding -> binding.certain().ifPresent(pcrs::addAll));
        BaselineLint.registers(pcrs).forEach(warning -> warnings.add(VersionWarning.of(warning)));
      }
    }
    return List.copyOf(warnings);
  }
}
