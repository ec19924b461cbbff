// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.Replay;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of the boot that should have been.
 *
 * @param log of a good boot, held against the values that are expected
 */
public record ExpectedBoot(Optional<LogAgainstQuote> log, Optional<KnownImage> image) {

  /** Nothing is known but the values. */
  public static final ExpectedBoot UNKNOWN = new ExpectedBoot(Optional.empty(), Optional.empty());

  /**
   * The log of a boot that is believed to be a good one. Where no value is expected of a register,
   * the log is taken at its word.
   *
   * @param values expected values of the log's bank, by register
   */
  public static ExpectedBoot ofLog(Replay replay, Map<Integer, Bytes> values) {
    Map<Integer, Bytes> expected = new TreeMap<>(replay.values());
    expected.putAll(values);
    return new ExpectedBoot(Optional.of(LogAgainstQuote.of(replay, expected)), Optional.empty());
  }

  /** What an image promises. */
  public static ExpectedBoot ofImage(KnownImage image) {
    return new ExpectedBoot(Optional.empty(), Optional.of(image));
  }

  /** The expected events of a register; none where they are not known. */
  Optional<Measurements> measurements(int pcr) {
    return log.flatMap(known -> Measurements.of(known, pcr));
  }
}
