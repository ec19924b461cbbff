// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.Replay;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The proven events of one register, and what each of them means. */
final class Measurements {

  private final int pcr;
  private final Replay replay;
  private final List<Event> events;
  private final List<Bytes> digests;

  private Measurements(int pcr, Replay replay, List<Event> events) {
    this.pcr = pcr;
    this.replay = replay;
    this.events = events;
    this.digests = events.stream().map(event -> event.digest(replay.bank()).orElseThrow()).toList();
  }

  /** None where the log does not explain the register. */
  static Optional<Measurements> of(LogAgainstQuote comparison, int pcr) {
    return comparison
        .provenEvents(pcr)
        .map(events -> new Measurements(pcr, comparison.replay(), events));
  }

  /** Those that a log claims by itself, of a register whose events all have their digests. */
  static Measurements of(Replay replay, int pcr) {
    return new Measurements(pcr, replay, replay.events(pcr));
  }

  /** Those of a register that nothing was measured into. */
  Measurements none() {
    return new Measurements(pcr, replay, List.of());
  }

  int pcr() {
    return pcr;
  }

  Replay replay() {
    return replay;
  }

  int size() {
    return events.size();
  }

  List<Bytes> digests() {
    return digests;
  }

  /** The first event in which the other differs; none where both have the same events. */
  Optional<Integer> firstDifference(Measurements other) {
    return IntStream.range(0, Math.max(size(), other.size()))
        .filter(
            i -> i >= size() || i >= other.size() || !digests.get(i).equals(other.digests.get(i)))
        .boxed()
        .findFirst();
  }

  /** What the event in this place means. */
  EventMeaning meaning(int index) {
    return EventReader.of(replay).read(events, index);
  }

  /** What all events mean, in their order. */
  List<EventMeaning> meanings() {
    return IntStream.range(0, size()).mapToObj(this::meaning).toList();
  }

  /** The event in this place for people; absent behind the last one. */
  @Nullable EventView view(int index) {
    if (index >= size()) {
      return null;
    }
    Event event = events.get(index);
    EventMeaning meaning = meaning(index);
    return new EventView(
        event.number(),
        event.typeLabel(),
        meaning.text(),
        digests.get(index),
        meaning.isVerified(),
        meaning.isVerified() ? null : Hints.of(event).orElse(null));
  }
}
