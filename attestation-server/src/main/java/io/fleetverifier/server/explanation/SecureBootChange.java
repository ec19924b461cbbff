// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.Guid;
import io.fleetverifier.server.eventlog.SignatureList;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import io.fleetverifier.server.explanation.EventMeaning.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What changed in PCR 7. Every name and value here is covered by a digest. Sources: PFP, "PCR[7]";
 * UEFI specification, "Secure Boot and Driver Signing".
 */
final class SecureBootChange {

  private static final Guid GLOBAL = Guid.parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");
  private static final Guid IMAGE_SECURITY = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final int PCR = 7;

  /** A name within its vendor's namespace. */
  private record Name(Guid vendor, String name) {}

  private static final Name SECURE_BOOT = new Name(GLOBAL, "SecureBoot");
  private static final Name DBX = new Name(IMAGE_SECURITY, "dbx");
  private static final List<Name> KEYS =
      List.of(new Name(GLOBAL, "PK"), new Name(GLOBAL, "KEK"), new Name(IMAGE_SECURITY, "db"));
  private static final Bytes ON = Bytes.of(1);

  private final Map<Name, Span> wanted;
  private final Map<Name, Span> shown;

  private SecureBootChange(Measurements wanted, Measurements shown) {
    this.wanted = settings(wanted);
    this.shown = settings(shown);
  }

  /** The variables by name; of one that was measured twice, the first. */
  private static Map<Name, Span> settings(Measurements measurements) {
    Map<Name, Span> settings = new HashMap<>();
    for (EventMeaning meaning : measurements.meanings()) {
      if (meaning instanceof Variable(UefiVariable(Guid vendor, String name, Span data))) {
        settings.putIfAbsent(new Name(vendor, name), data);
      }
    }
    return settings;
  }

  static Cause between(Measurements wanted, Measurements shown, int first) {
    SecureBootChange change = new SecureBootChange(wanted, shown);
    return change
        .secureBoot()
        .or(change::keys)
        .or(change::forbidden)
        .orElseGet(() -> other(wanted, shown, first));
  }

  private Optional<Cause> secureBoot() {
    boolean wasOn = isOn(wanted);
    boolean isOn = isOn(shown);
    if (wasOn && !isOn && shown.containsKey(SECURE_BOOT)) {
      return Optional.of(
          Cause.of(CauseKind.SECURE_BOOT_OFF, PCR, "Secure Boot was switched off (PCR 7)."));
    }
    if (isOn && !wasOn && wanted.containsKey(SECURE_BOOT)) {
      return Optional.of(
          Cause.of(CauseKind.SECURE_BOOT_ON, PCR, "Secure Boot was switched on (PCR 7)."));
    }
    return Optional.empty();
  }

  private static boolean isOn(Map<Name, Span> settings) {
    Span value = settings.get(SECURE_BOOT);
    return value != null && value.equalsBytes(ON);
  }

  private Optional<Cause> keys() {
    List<String> changes = new ArrayList<>();
    for (Name key : KEYS) {
      if (isChanged(key)) {
        changes.add(key.name() + ": " + entries(key));
      }
    }
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Cause.of(
                CauseKind.SECURE_BOOT_KEYS_CHANGED,
                PCR,
                "The keys of Secure Boot changed (PCR 7): " + String.join("; ", changes) + "."));
  }

  private Optional<Cause> forbidden() {
    return isChanged(DBX)
        ? Optional.of(
            Cause.of(CauseKind.DBX_CHANGED, PCR, "dbx was updated (PCR 7): " + entries(DBX) + "."))
        : Optional.empty();
  }

  private boolean isChanged(Name name) {
    Span before = wanted.get(name);
    Span after = shown.get(name);
    return before != null && after != null && !after.equalsBytes(before.toBytes());
  }

  private String entries(Name name) {
    try {
      List<SignatureList.Entry> before = entries(wanted.get(name));
      List<SignatureList.Entry> after = entries(shown.get(name));
      return count(without(after, before))
          + " added, "
          + count(without(before, after))
          + " removed";
    } catch (EventLogException malformed) {
      return "its content is no list of signatures";
    }
  }

  private static List<SignatureList.Entry> entries(@Nullable Span list) {
    return list == null
        ? List.of()
        : SignatureList.decodeAll(list).stream().flatMap(one -> one.entries().stream()).toList();
  }

  private static int without(List<SignatureList.Entry> all, List<SignatureList.Entry> known) {
    Map<SignatureList.Entry, Integer> left = new HashMap<>();
    known.forEach(entry -> left.merge(entry, 1, Integer::sum));
    int more = 0;
    for (SignatureList.Entry entry : all) {
      if (left.merge(entry, -1, Integer::sum) < 0) {
        more++;
      }
    }
    return more;
  }

  private static String count(int entries) {
    return entries + (entries == 1 ? " entry" : " entries");
  }

  private static Cause other(Measurements wanted, Measurements shown, int first) {
    Optional<String> name =
        Stream.of(shown, wanted)
            .filter(side -> first < side.size())
            .map(side -> side.meaning(first))
            .filter(Variable.class::isInstance)
            .map(meaning -> ((Variable) meaning).variable().name())
            .findFirst();
    return Cause.of(
        CauseKind.AUTHORITY_CHANGED,
        PCR,
        name.map(of ->
                "Secure Boot used another key or setting: "
                    + SafeText.quoted(of)
                    + " differs (PCR 7).")
            .orElse("The policy of Secure Boot changed (PCR 7); the log does not prove in what."));
  }
}
