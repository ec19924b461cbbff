// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.SecureBoot.Authority;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads PCR 7 event by event; whatever is out of place leaves the state undetermined. */
final class SecureBootReader {

  private static final Guid GLOBAL = Guid.parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");
  private static final Guid IMAGE_SECURITY = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final String SECURE_BOOT = "SecureBoot";
  private static final Map<String, Guid> REQUIRED = required();
  private static final String DEBUG_MODE = "UEFI Debug Mode";
  private static final String NO_DMA_PROTECTION = "DMA Protection Disabled";

  private final Replay replay;
  private final Map<String, Span> variables = new HashMap<>();
  private final Map<String, Bytes> others = new LinkedHashMap<>();
  private final List<UsedAuthority> used = new ArrayList<>();
  private final List<LogFinding> findings = new ArrayList<>();
  private boolean ended;
  private boolean sound = true;

  private record UsedAuthority(UefiVariable variable, boolean beforeSeparator) {}

  private SecureBootReader(Replay replay) {
    this.replay = replay;
  }

  private static Map<String, Guid> required() {
    Map<String, Guid> required = new LinkedHashMap<>();
    required.put(SECURE_BOOT, GLOBAL);
    required.put("PK", GLOBAL);
    required.put("KEK", GLOBAL);
    required.put("db", IMAGE_SECURITY);
    required.put("dbx", IMAGE_SECURITY);
    return required;
  }

  static SecureBoot notReplayed() {
    LogFinding finding =
        LogFinding.ofPcr(
            Code.SECURE_BOOT_NOT_REPLAYED,
            7,
            "The log does not explain PCR 7, so it tells nothing about Secure Boot.");
    return new SecureBoot(
        State.UNDETERMINED,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        List.of(finding));
  }

  static SecureBoot read(Replay replay, List<Event> events) {
    SecureBootReader reader = new SecureBootReader(replay);
    int handOver = LogCheck.exitBootServices(replay).map(Event::number).orElse(Integer.MAX_VALUE);
    for (Event event : events) {
      reader.read(event, event.number() > handOver);
    }
    return reader.result();
  }

  private void read(Event event, boolean afterHandOver) {
    Optional<Separator> separator = replay.separator(event);
    if (separator.isPresent()) {
      separator(event, separator.get());
    } else if (afterHandOver) {
      reject(event, "An operating system can extend PCR 7 too; this event is not the firmware's.");
    } else {
      measured(event);
    }
  }

  private void separator(Event event, Separator separator) {
    if (ended || separator == Separator.ERROR || separator == Separator.WBCL) {
      reject(event, "PCR 7 has exactly one separator, and a normal one.");
    }
    ended = true;
  }

  private void measured(Event event) {
    Optional<Span> proven = replay.proof(event).proven();
    EventType type = event.knownType().orElse(null);
    if (type == null || proven.isEmpty()) {
      reject(event, event.typeLabel() + " of PCR 7 cannot be believed.");
      return;
    }
    switch (type) {
      case EFI_VARIABLE_DRIVER_CONFIG -> variable(event, proven.get());
      case EFI_VARIABLE_AUTHORITY -> authority(event, proven.get());
      case EFI_ACTION -> action(event, proven.get().toLatin1());
      default -> reject(event, event.typeLabel() + " does not belong in PCR 7.");
    }
  }

  private void variable(Event event, Span proven) {
    decode(event, proven).ifPresent(variable -> variable(event, variable));
  }

  private void variable(Event event, UefiVariable variable) {
    String name = variable.name();
    if (!REQUIRED.containsKey(name)) {
      others.put(name, variable.data().toBytes());
    } else if (ended) {
      reject(event, "The variable " + name + " was measured after the separator.");
    } else if (!variable.vendor().equals(REQUIRED.get(name))) {
      unsound(Code.SECURE_BOOT_VARIABLE, event, "The variable " + name + " is of another vendor.");
    } else if (variables.putIfAbsent(name, variable.data()) != null) {
      unsound(Code.SECURE_BOOT_VARIABLE, event, "The variable " + name + " was measured twice.");
    }
  }

  private void authority(Event event, Span proven) {
    decode(event, proven).ifPresent(variable -> used.add(new UsedAuthority(variable, !ended)));
  }

  private void action(Event event, String text) {
    if (text.equals(DEBUG_MODE)) {
      unsound(Code.UEFI_DEBUG_MODE, event, "The firmware was in a mode for debugging.");
    } else if (text.equals(NO_DMA_PROTECTION)) {
      tell(
          Code.DMA_PROTECTION_DISABLED, event, "The firmware did not protect memory from devices.");
    } else {
      tell(Code.SECURE_BOOT_ACTION, event, "The firmware announces: " + printable(text));
    }
  }

  private Optional<UefiVariable> decode(Event event, Span proven) {
    try {
      return Optional.of(UefiVariable.decodeMeasured(event, proven));
    } catch (EventLogException malformed) {
      unsound(Code.MALFORMED_DATA, event, "What was measured is no UEFI variable.");
      return Optional.empty();
    }
  }

  private SecureBoot result() {
    requireVariables();
    List<SignatureList> platformKey = lists("PK");
    List<SignatureList> keyExchangeKeys = lists("KEK");
    List<SignatureList> allowed = lists("db");
    List<SignatureList> forbidden = lists("dbx");
    List<Authority> authorities = authorities(allowed);
    boolean keys = hasEntry(platformKey) && hasEntry(keyExchangeKeys) && hasEntry(allowed);
    State state = state(keys && authorities.stream().anyMatch(a -> !a.isSetting()));
    return new SecureBoot(
        state, platformKey, keyExchangeKeys, allowed, forbidden, authorities, others, findings);
  }

  private void requireVariables() {
    if (!replay.isComplete(7) || !ended) {
      sound = false;
    }
    for (String name : REQUIRED.keySet()) {
      if (!variables.containsKey(name)) {
        sound = false;
        findings.add(
            LogFinding.ofPcr(
                Code.SECURE_BOOT_VARIABLE, 7, "The variable " + name + " was not measured."));
      }
    }
  }

  private State state(boolean usable) {
    Span value = variables.get(SECURE_BOOT);
    if (value == null || value.size() != 1 || value.at(0) > 1) {
      if (value != null) {
        findings.add(
            LogFinding.ofPcr(
                Code.SECURE_BOOT_VARIABLE,
                7,
                "The variable SecureBoot is neither 00 nor 01 but has "
                    + value.size()
                    + " octets."));
      }
      return State.UNDETERMINED;
    }
    boolean on = value.at(0) == 1;
    if (on && !usable) {
      sound = false;
      findings.add(
          LogFinding.ofPcr(
              Code.SECURE_BOOT_WITHOUT_KEYS,
              7,
              "Secure Boot is said to be on, but keys are missing or nothing was checked."));
    }
    if (!sound) {
      return State.UNDETERMINED;
    }
    return on ? State.ENABLED : State.DISABLED;
  }

  private List<SignatureList> lists(String name) {
    Span data = variables.get(name);
    if (data == null) {
      return List.of();
    }
    try {
      return SignatureList.decodeAll(data);
    } catch (EventLogException malformed) {
      sound = false;
      findings.add(
          LogFinding.ofPcr(
              Code.MALFORMED_DATA, 7, "The variable " + name + " is no list of signatures."));
      return List.of();
    }
  }

  private static boolean hasEntry(List<SignatureList> lists) {
    return lists.stream().anyMatch(list -> !list.entries().isEmpty());
  }

  private List<Authority> authorities(List<SignatureList> allowed) {
    List<Authority> all = new ArrayList<>();
    for (UsedAuthority authority : used) {
      UefiVariable variable = authority.variable;
      Bytes data = variable.data().toBytes();
      boolean inAllowed = variable.name().equals("db") && isEntry(data, allowed);
      all.add(
          new Authority(
              variable.vendor(), variable.name(), data, authority.beforeSeparator, inAllowed));
    }
    return all;
  }

  private static boolean isEntry(Bytes data, List<SignatureList> lists) {
    return lists.stream()
        .flatMap(list -> list.entries().stream())
        .anyMatch(entry -> Bytes.concat(entry.owner().value(), entry.data()).equals(data));
  }

  private void reject(Event event, String text) {
    unsound(Code.SECURE_BOOT_UNEXPECTED_EVENT, event, text);
  }

  private void unsound(Code code, Event event, String text) {
    sound = false;
    tell(code, event, text);
  }

  private void tell(Code code, Event event, String text) {
    findings.add(LogFinding.ofEvent(code, event, text));
  }

  private static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) : text;
    return cut.replaceAll("[^ -~]", "?");
  }
}
