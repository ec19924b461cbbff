// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.BootPhase;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.Separator;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import io.fleetverifier.server.uki.MeasuredSections;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Decodes events by register, digest and proven content; never by type. Sources: PFP, "Event
 * types"; systemd-stub(7); UAPI.7, Linux TPM PCR registry.
 */
record EventReader(Replay replay, Map<Bytes, EventMeaning> known) {

  private static final List<String> ACTIONS =
      List.of(
          "Calling EFI Application from Boot Option",
          "Returning from EFI Application from Boot Option",
          "Exit Boot Services Invocation",
          "Exit Boot Services Returned with Success",
          "Exit Boot Services Returned with Failure");

  private static final int IMAGE_PCR = 11;
  private static final int MOST_SLACK = 7;
  private static final Bytes GPT_SIGNATURE = Bytes.utf8("EFI PART");
  private static final Map<LogHash, Map<Bytes, EventMeaning>> KNOWN = new ConcurrentHashMap<>();

  static EventReader of(Replay replay) {
    return new EventReader(replay, KNOWN.computeIfAbsent(replay.bank(), EventReader::knownDigests));
  }

  /** Contents that need not stand in the log to be recognised. */
  private static Map<Bytes, EventMeaning> knownDigests(LogHash bank) {
    Map<Bytes, EventMeaning> known = new HashMap<>();
    for (String section : MeasuredSections.all()) {
      Bytes name = Bytes.concat(Bytes.utf8(section), Bytes.of(0));
      known.put(bank.digest(name), new EventMeaning.SectionName(section));
    }
    Stream.concat(ACTIONS.stream(), Arrays.stream(BootPhase.values()).map(BootPhase::word))
        .forEach(
            text -> known.put(bank.digest(Bytes.utf8(text)), new EventMeaning.KnownText(text)));
    return Map.copyOf(known);
  }

  /** What the event in this place of its register means. */
  EventMeaning read(List<Event> events, int index) {
    Event event = events.get(index);
    Optional<Separator> separator = replay.separator(event);
    if (separator.isPresent()) {
      return new EventMeaning.Separator(separator.get() == Separator.ERROR);
    }
    EventMeaning recognised = known.get(event.digest(replay.bank()).orElse(Bytes.EMPTY));
    if (recognised != null) {
      return recognised;
    }
    if (event.pcr() == IMAGE_PCR && index > 0) {
      Bytes before = events.get(index - 1).digest(replay.bank()).orElse(Bytes.EMPTY);
      if (known.get(before) instanceof EventMeaning.SectionName(String name)) {
        return new EventMeaning.SectionContent(name);
      }
    }
    return MeasuredData.of(event, replay.bank())
        .map(EventReader::content)
        .orElseGet(() -> unproven(event));
  }

  private static EventMeaning content(Span proven) {
    Optional<UefiVariable> variable = variable(proven);
    if (variable.isPresent()) {
      return new EventMeaning.Variable(variable.get());
    }
    if (proven.startsWith(GPT_SIGNATURE)) {
      return new EventMeaning.PartitionTable();
    }
    return MeasuredText.of(proven)
        .<EventMeaning>map(EventMeaning.Text::new)
        .orElseGet(() -> new EventMeaning.Data(proven.size()));
  }

  /** Old versions of shim measure some zeros behind a variable. */
  private static Optional<UefiVariable> variable(Span proven) {
    for (int slack = 0; slack <= Math.min(MOST_SLACK, proven.size()); slack++) {
      try {
        return Optional.of(UefiVariable.decode(proven.slice(0, proven.size() - slack)));
      } catch (EventLogException noVariable) {
        if (slack < proven.size() && proven.at(proven.size() - 1 - slack) != 0) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private EventMeaning unproven(Event event) {
    return valueOfVariable(event)
        .<EventMeaning>map(value -> new EventMeaning.VariableValue(value.size()))
        .orElseGet(() -> new EventMeaning.Opaque(Registers.content(event.pcr())));
  }

  /** Most firmware measures the value of a boot variable without its name. */
  private Optional<Span> valueOfVariable(Event event) {
    try {
      Span value = UefiVariable.decode(event.data()).data();
      Bytes digest = event.digest(replay.bank()).orElse(Bytes.EMPTY);
      return MeasuredData.isDigest(replay.bank(), value, digest)
          ? Optional.of(value)
          : Optional.empty();
    } catch (EventLogException noVariable) {
      return Optional.empty();
    }
  }
}
