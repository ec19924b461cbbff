// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.eventlog.SecureBoot.Authority;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values and rules that a log leads to. */
final class LogContent {

  private final Replay replay;
  private final SecureBoot secureBoot;
  private final Violations violations = new Violations();

  private LogContent(Replay replay, SecureBoot secureBoot) {
    this.replay = replay;
    this.secureBoot = secureBoot;
  }

  /**
   * What was selected.
   *
   * @throws io.fleetverifier.server.problem.ProblemException invalid, when the log does not lead to
   *     all of it
   */
  static Content of(Replay replay, SecureBoot secureBoot, LogSelection wanted) {
    return new LogContent(replay, secureBoot).content(wanted);
  }

  private Content content(LogSelection wanted) {
    refuseUnled("pcrs", wanted.values());
    refuseUnled("allowed", wanted.allowed());
    refuseUnled("required", wanted.required());
    SecureBootRule rule = wanted.secureBoot() ? secureBootRule() : null;
    violations.refuse();
    List<ReferenceValue> values = new ArrayList<>();
    for (int pcr : wanted.values()) {
      values.add(new ReferenceValue(pcr, "", replay.value(pcr).orElseThrow()));
    }
    Map<Integer, Set<Bytes>> required = digests(wanted.required());
    Map<Integer, Set<Bytes>> allowed = digests(wanted.allowed());
    refuseTooMany(required, allowed, rule);
    return new Content(List.copyOf(values), EventRules.of(required, allowed, rule));
  }

  private void refuseUnled(String parameter, SortedSet<Integer> pcrs) {
    for (int pcr : pcrs) {
      if (replay.events(pcr).isEmpty()) {
        violations.addOfParameter(parameter, "the log measures nothing into PCR " + pcr);
      } else if (!replay.isComplete(pcr)) {
        violations.addOfParameter(
            parameter, "events of PCR " + pcr + " lack their SHA-256 digests: it has no value");
      }
    }
  }

  private @Nullable SecureBootRule secureBootRule() {
    if (secureBoot.state() != SecureBoot.State.ENABLED) {
      String why =
          secureBoot.findings().stream()
              .map(LogFinding::text)
              .findFirst()
              .map(text -> ": " + text)
              .orElse("");
      violations.addOfParameter("secureBoot", "the log does not show Secure Boot to be on" + why);
      return null;
    }
    return new SecureBootRule(
        secureBoot.authorities().stream()
            .filter(authority -> !authority.isSetting())
            .map(Authority::fingerprint)
            .collect(Collectors.toSet()),
        secureBoot.forbiddenDigests());
  }

  /** Of each register the digests of its events but for the separator, which needs no naming. */
  private Map<Integer, Set<Bytes>> digests(SortedSet<Integer> pcrs) {
    Map<Integer, Set<Bytes>> digests = new TreeMap<>();
    for (int pcr : pcrs) {
      Set<Bytes> events =
          replay.events(pcr).stream()
              .filter(event -> !isImplied(event))
              .map(event -> event.digest(replay.bank()).orElseThrow())
              .collect(Collectors.toSet());
      if (events.isEmpty()) {
        throw Violations.ofParameter(
            "allowed", "PCR " + pcr + " holds its separator alone: take its value");
      }
      digests.put(pcr, events);
    }
    return digests;
  }

  private boolean isImplied(Event event) {
    return EventRules.isImplied(event.pcr(), replay.separator(event));
  }

  private static void refuseTooMany(
      Map<Integer, Set<Bytes>> required,
      Map<Integer, Set<Bytes>> allowed,
      @Nullable SecureBootRule rule) {
    int count =
        required.values().stream().mapToInt(Set::size).sum()
            + allowed.values().stream().mapToInt(Set::size).sum()
            + (rule == null ? 0 : rule.authorities().size() + rule.forbidden().size());
    if (count > TypedRules.MOST_DIGESTS) {
      throw Violations.ofParameter(
          "allowed",
          "these rules would hold "
              + count
              + " digests, more than "
              + TypedRules.MOST_DIGESTS
              + ": take values of the larger registers");
    }
  }
}
