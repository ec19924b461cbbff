// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.baseline.VersionRules.SecureBootDemand;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads rules as people type them. */
final class TypedRules {

  /** The most digests of one version. */
  static final int MOST_DIGESTS = 4096;

  private static final String POINTER = "/rules";
  private static final int PHASED_PCR = 11;

  private final Violations violations = new Violations();
  private int digests;

  private TypedRules() {}

  /**
   * The rules.
   *
   * @param typed absent for none
   * @throws io.fleetverifier.server.problem.ProblemException invalid, with everything that is wrong
   */
  static EventRules read(@Nullable VersionRules typed) {
    return typed == null ? EventRules.NONE : new TypedRules().rules(typed);
  }

  private EventRules rules(VersionRules typed) {
    Map<Integer, Set<Bytes>> required = registers(POINTER + "/required", typed.required());
    Map<Integer, Set<Bytes>> allowed = registers(POINTER + "/allowed", typed.allowed());
    SecureBootRule secureBoot = secureBoot(typed.secureBoot());
    violations.unless(
        digests > 0, POINTER, "must name at least one digest: rules without any demand nothing");
    violations.unless(
        digests <= MOST_DIGESTS, POINTER, "must name at most " + MOST_DIGESTS + " digests");
    violations.refuse();
    return withoutRepetition(required, allowed, secureBoot);
  }

  /** What is required need not be allowed too. */
  static EventRules withoutRepetition(
      Map<Integer, Set<Bytes>> required,
      Map<Integer, Set<Bytes>> allowed,
      @Nullable SecureBootRule secureBoot) {
    Map<Integer, Set<Bytes>> others = new TreeMap<>();
    allowed.forEach((pcr, some) -> {
      Set<Bytes> rest = new HashSet<>(some);
      rest.removeAll(required.getOrDefault(pcr, Set.of()));
      if (!rest.isEmpty()) {
        others.put(pcr, rest);
      }
    });
    return EventRules.of(required, others, secureBoot);
  }

  private Map<Integer, Set<Bytes>> registers(
      String pointer, @Nullable Map<String, List<String>> typed) {
    Map<Integer, Set<Bytes>> read = new TreeMap<>();
    if (typed != null) {
      typed.forEach((index, some) -> {
        String place = pointer + "/" + TypedValues.escape(index);
        if (isPcr(index, place)) {
          read.put(Integer.parseInt(index), digests(place, some));
        }
      });
    }
    return read;
  }

  private boolean isPcr(String index, String pointer) {
    if (!index.matches(TypedValues.PCR)) {
      violations.add(pointer, "must be the number of a PCR");
      return false;
    }
    int pcr = Integer.parseInt(index);
    violations.unless(Protocol.QUOTED_PCRS.contains(pcr), pointer, TypedValues.whyNot(pcr));
    violations.unless(
        pcr != PHASED_PCR, pointer, "PCR 11 is given by value for each phase: put it into values");
    return true;
  }

  private Set<Bytes> digests(String pointer, @Nullable List<String> typed) {
    Set<Bytes> read = new HashSet<>();
    if (typed == null || typed.isEmpty()) {
      violations.add(pointer, "must name at least one digest");
      return read;
    }
    digests += typed.size();
    // Past the most, what is wrong with each would be told at too great length.
    for (int i = 0; i < Math.min(typed.size(), MOST_DIGESTS); i++) {
      Bytes digest =
          typed.get(i) == null ? Bytes.EMPTY : Names.hash32(typed.get(i)).orElse(Bytes.EMPTY);
      violations.unless(
          !digest.isEmpty(), pointer + "/" + i, "must be 64 hexadecimal digits: a SHA-256 digest");
      read.add(digest);
    }
    return read;
  }

  private @Nullable SecureBootRule secureBoot(@Nullable SecureBootDemand typed) {
    if (typed == null) {
      return null;
    }
    Set<Bytes> authorities = digests(POINTER + "/secureBoot/authorities", typed.authorities());
    List<String> dbx = typed.forbidden();
    Set<Bytes> forbidden =
        dbx == null || dbx.isEmpty() ? Set.of() : digests(POINTER + "/secureBoot/forbidden", dbx);
    return authorities.isEmpty() ? null : new SecureBootRule(authorities, forbidden);
  }
}
