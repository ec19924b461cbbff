// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.RuleViolation.Kind;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.SecureBootRule;
import io.fleetverifier.server.eventlog.Separator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a baseline version demands of the events that a quote proves.
 *
 * <p>A register that is named here may have no event but these, and its one separator. There is no
 * rule that only asks for an event: a running system can extend any register further, so that a
 * good digest which merely occurs proves nothing of what was started before it.
 *
 * @param registers what each register may hold; never PCR 11, which is given by value for each
 *     phase
 * @param secureBoot what PCR 7 must say of Secure Boot; absent where nothing is asked
 */
public record EventRules(
    SortedMap<Integer, OfRegister> registers, @Nullable SecureBootRule secureBoot) {

  /** A version that asks nothing of the log. */
  public static final EventRules NONE = new EventRules(new TreeMap<>(), null);

  private static final int SECURE_BOOT_PCR = 7;

  /**
   * SHA-256 digests of one register's events.
   *
   * @param required each must occur
   * @param allowed others that may
   */
  public record OfRegister(Set<Bytes> required, Set<Bytes> allowed) {
    public OfRegister {
      required = Set.copyOf(required);
      allowed = Set.copyOf(allowed);
      if (required.isEmpty() && allowed.isEmpty()) {
        throw new IllegalArgumentException("a rule names at least one digest");
      }
    }
  }

  public EventRules {
    registers = Collections.unmodifiableSortedMap(new TreeMap<>(registers));
    if (registers.containsKey(ReferenceValues.PHASE_PCR)) {
      throw new IllegalArgumentException("PCR 11 is given by value for each phase");
    }
  }

  /** Whether anything is asked, so that a log is needed. */
  public boolean isEmpty() {
    return registers.isEmpty() && secureBoot == null;
  }

  /** All PCRs that these rules speak of, ascending. */
  public SortedSet<Integer> pcrs() {
    SortedSet<Integer> pcrs = new TreeSet<>(registers.keySet());
    if (secureBoot != null) {
      pcrs.add(SECURE_BOOT_PCR);
    }
    return pcrs;
  }

  /**
   * Whether a rule allows an event by itself: a register of the firmware has one normal separator.
   *
   * @param separator which the event is, by its digest
   */
  public static boolean isImplied(int pcr, Optional<Separator> separator) {
    return pcr < LogCheck.FIRMWARE_PCRS && separator.filter(Separator::isNormal).isPresent();
  }

  /** Everything in which a boot does not meet these; empty when it does. */
  List<RuleViolation> violations(MeasuredBoot boot) {
    List<RuleViolation> violations = new ArrayList<>();
    registers.forEach((pcr, rule) -> check(pcr, rule, boot, violations));
    if (secureBoot != null) {
      checkSecureBoot(secureBoot, boot, violations);
    }
    return List.copyOf(violations);
  }

  private static void check(
      int pcr, OfRegister rule, MeasuredBoot boot, List<RuleViolation> violations) {
    Optional<List<Event>> proven = boot.provenEvents(pcr);
    if (proven.isEmpty()) {
      violations.add(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, pcr));
      return;
    }
    Set<Bytes> missing = new HashSet<>(rule.required());
    int separators = 0;
    for (Event event : proven.get()) {
      Bytes digest = event.digest(LogHash.SHA256).orElseThrow();
      missing.remove(digest);
      if (isImplied(pcr, boot.separator(event))) {
        separators++;
      } else if (!rule.required().contains(digest) && !rule.allowed().contains(digest)) {
        violations.add(new RuleViolation(Kind.EVENT_NOT_ALLOWED, pcr, event.number(), digest));
      }
    }
    if (pcr < LogCheck.FIRMWARE_PCRS && separators != 1) {
      violations.add(RuleViolation.of(Kind.SEPARATOR, pcr));
    }
    missing.stream()
        .sorted()
        .forEach(
            digest -> violations.add(new RuleViolation(Kind.EVENT_MISSING, pcr, null, digest)));
  }

  private static void checkSecureBoot(
      SecureBootRule rule, MeasuredBoot boot, List<RuleViolation> violations) {
    if (boot.provenEvents(SECURE_BOOT_PCR).isEmpty()) {
      violations.add(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, SECURE_BOOT_PCR));
      return;
    }
    for (SecureBootRule.Violation violation : rule.violations(boot.secureBoot())) {
      violations.add(
          RuleViolation.of(
              switch (violation) {
                case NOT_ENABLED -> Kind.SECURE_BOOT_NOT_ENABLED;
                case OTHER_AUTHORITY -> Kind.OTHER_AUTHORITY;
                case FORBIDDEN_LIST_TOO_OLD -> Kind.FORBIDDEN_LIST_TOO_OLD;
              },
              SECURE_BOOT_PCR));
    }
  }

  /** From digest lists by register, as they are stored. */
  public static EventRules of(
      Map<Integer, Set<Bytes>> required,
      Map<Integer, Set<Bytes>> allowed,
      @Nullable SecureBootRule secureBoot) {
    SortedMap<Integer, OfRegister> registers = new TreeMap<>();
    SortedSet<Integer> pcrs = new TreeSet<>(required.keySet());
    pcrs.addAll(allowed.keySet());
    for (int pcr : pcrs) {
      registers.put(
          pcr,
          new OfRegister(
              required.getOrDefault(pcr, Set.of()), allowed.getOrDefault(pcr, Set.of())));
    }
    return new EventRules(registers, secureBoot);
  }
}
