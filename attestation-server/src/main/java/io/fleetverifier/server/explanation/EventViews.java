// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.eventlog.Replay;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A log for people, where there is no quote to hold it against. */
public final class EventViews {

  private EventViews() {}

  /** All events of a register that can be replayed; what they mean is proven by their digests. */
  public static List<EventView> of(Replay replay, int pcr) {
    Measurements measurements = Measurements.of(replay, pcr);
    return IntStream.range(0, measurements.size())
        .mapToObj(measurements::view)
        .flatMap(Stream::ofNullable)
        .toList();
  }
}
