// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Violations;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is taken from a log, checked as far as it can be without the log.
 *
 * @param values PCRs of which the value is taken
 * @param allowed PCRs whose events are allowed ones
 * @param required PCRs whose events are required ones
 * @param secureBoot whether PCR 7 becomes a rule on Secure Boot
 */
record LogSelection(
    SortedSet<Integer> values,
    SortedSet<Integer> allowed,
    SortedSet<Integer> required,
    boolean secureBoot) {

  private static final int IMAGE = 11;

  /**
   * Reads a query.
   *
   * @param aspect of the baseline
   * @throws io.fleetverifier.server.problem.ProblemException invalid
   */
  static LogSelection of(String aspect, LogQuery query) {
    List<Integer> values = query.pcrs();
    if (values == null) {
      values = query.asksForRules() ? List.of() : ofAspect(aspect);
    }
    Violations violations = new Violations();
    if (values.isEmpty() && !query.asksForRules()) {
      violations.addOfParameter(
          "pcrs", "must be given: aspect " + aspect + " does not say which PCRs are meant");
    }
    List<Integer> allowed = LogQuery.orNone(query.allowed());
    List<Integer> required = LogQuery.orNone(query.required());
    refuseUnusable("pcrs", values, violations);
    refuseUnusable("allowed", allowed, violations);
    refuseUnusable("required", required, violations);
    if (allowed.contains(IMAGE) || required.contains(IMAGE)) {
      violations.addOfParameter(
          allowed.contains(IMAGE) ? "allowed" : "required",
          "PCR 11 is given by value for each phase: name it in pcrs");
    }
    Set<Integer> twice = new HashSet<>(allowed);
    twice.retainAll(required);
    twice.forEach(
        pcr -> violations.addOfParameter("required", "PCR " + pcr + " is named as allowed too"));
    violations.refuse();
    return new LogSelection(
        new TreeSet<>(values),
        new TreeSet<>(allowed),
        new TreeSet<>(required),
        query.asksForSecureBoot());
  }

  private static List<Integer> ofAspect(String aspect) {
    return switch (aspect) {
      case "firmware" -> List.of(0, 2);
      case "secure-boot" -> List.of(7);
      case "boot-chain" -> List.of(4);
      case "image" -> List.of(IMAGE);
      default -> List.of();
    };
  }

  private static void refuseUnusable(String parameter, List<Integer> pcrs, Violations violations) {
    pcrs.stream()
        .filter(pcr -> !Protocol.QUOTED_PCRS.contains(pcr))
        .forEach(pcr -> violations.addOfParameter(parameter, TypedValues.whyNot(pcr)));
    if (pcrs.stream().distinct().count() < pcrs.size()) {
      violations.addOfParameter(parameter, "names one PCR twice");
    }
  }

  /** All PCRs that the version covers. */
  SortedSet<Integer> pcrs() {
    SortedSet<Integer> all = new TreeSet<>(values);
    all.addAll(allowed);
    all.addAll(required);
    if (secureBoot) {
      all.add(7);
    }
    return all;
  }
}
