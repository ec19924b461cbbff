// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.explanation.EventView;
import io.fleetverifier.server.explanation.EventViews;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log for a person who reviews a version made from it.
 *
 * @param events how many it has
 * @param secureBoot {@code enabled}, {@code disabled} or {@code undetermined}
 * @param pcrs what the log measured into each PCR that the version covers, in its order
 */
public record LogReview(int events, String secureBoot, SortedMap<Integer, List<Measured>> pcrs) {

  /**
   * One event.
   *
   * @param number its place in the log
   * @param type what the log calls it, which nothing proves
   * @param meaning what the digest proves of it, or that it proves nothing
   * @param hint what the log says beside, not verified
   */
  public record Measured(
      @Nullable Integer number,
      @Nullable String type,
      String digest,
      String meaning,
      boolean verified,
      @Nullable String hint) {

    private static Measured of(EventView view) {
      return new Measured(
          view.number(),
          view.type(),
          view.digest().toHex(),
          view.meaning(),
          view.verified(),
          view.hint());
    }
  }

  static LogReview of(Replay replay, SecureBoot secureBoot, SortedSet<Integer> pcrs) {
    SortedMap<Integer, List<Measured>> measured = new TreeMap<>();
    for (int pcr : pcrs) {
      measured.put(pcr, EventViews.of(replay, pcr).stream().map(Measured::of).toList());
    }
    return new LogReview(
        replay.log().events().size(), secureBoot.state().name().toLowerCase(Locale.ROOT), measured);
  }
}
