// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import java.util.Collections;
import java.util.Comparator;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Why registers differ.
 *
 * @param sentence one sentence for people, safe to print
 * @param pcrs the registers that differ for it: its own, and those that follow from it
 */
public record Cause(CauseKind kind, String sentence, SortedSet<Integer> pcrs) {

  /** The one that says most first. */
  public static final Comparator<Cause> MOST_TELLING_FIRST =
      Comparator.comparing(Cause::kind).thenComparing(cause -> cause.pcrs().first());

  public Cause {
    pcrs = Collections.unmodifiableSortedSet(new TreeSet<>(pcrs));
  }

  static Cause of(CauseKind kind, int pcr, String sentence) {
    return new Cause(kind, sentence, new TreeSet<>(Set.of(pcr)));
  }

  Cause with(Set<Integer> more) {
    SortedSet<Integer> all = new TreeSet<>(pcrs);
    all.addAll(more);
    return new Cause(kind, sentence, all);
  }
}
