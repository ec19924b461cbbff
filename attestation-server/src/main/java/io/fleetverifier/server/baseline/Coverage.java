// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which PCRs the baselines that a group enforces cover. */
public interface Coverage {

  /**
   * One enforced binding.
   *
   * @param purposes for which it is bound
   * @param versions the PCRs of each version that counts for the group; none at all where no
   *     version does, so that nobody passes
   */
  record Enforced(Set<String> purposes, List<Set<Integer>> versions) {

    /** What is covered whichever version a device boots; nothing is known where none counts. */
    Optional<Set<Integer>> certain() {
      return versions.stream()
          .reduce((one, other) -> {
            Set<Integer> both = new TreeSet<>(one);
            both.retainAll(other);
            return both;
          });
    }
  }

  /** The bindings of the group that are enforced now. */
  List<Enforced> of(String group);
}
