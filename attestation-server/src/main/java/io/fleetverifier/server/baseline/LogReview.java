// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventWords;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log for a person who reviews a version made from it.
 *
 * @param sha256 of the log, in hexadecimal
 * @param secureBoot {@code enabled}, {@code disabled} or {@code undetermined}
 * @param pcrs what the log measured into each PCR that the version covers, in its order
 */
public record LogReview(
    String sha256, int events, String secureBoot, SortedMap<Integer, List<Measured>> pcrs) {

  /**
   * One event.
   *
   * @param number its place in the log
   * @param says what its digest proves, in words; what is only said is marked so
   */
  public record Measured(int number, String type, String digest, @Nullable String says) {}

  static LogReview of(Replay replay, SecureBoot secureBoot, SortedSet<Integer> pcrs) {
    SortedMap<Integer, List<Measured>> measured = new TreeMap<>();
    for (int pcr : pcrs) {
      measured.put(pcr, replay.events(pcr).stream().map(event -> measured(replay, event)).toList());
    }
    return new LogReview(
        replay.log().source().sha256().toHex(),
        replay.log().events().size(),
        secureBoot.state().name().toLowerCase(Locale.ROOT),
        measured);
  }

  private static Measured measured(Replay replay, Event event) {
    return new Measured(
        event.number(),
        event.typeLabel(),
        event.digest(replay.bank()).orElseThrow().toHex(),
        EventWords.of(replay, event).orElse(null));
  }
}
