// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import java.util.Locale;

/**
 * A boot log by itself, before it is held against a quote: a function of its bytes alone, so it may
 * be kept for whoever sends the same bytes.
 */
public sealed interface BootLog {

  /** No log came. */
  record Absent() implements BootLog {}

  /**
   * Bytes that are no log.
   *
   * @param code such as {@code LOG_TRUNCATED}
   * @param text where and why, for people; without a full stop
   */
  record Unreadable(String code, String text) implements BootLog {}

  /** A log whose registers are not PCRs: that of a confidential virtual machine. */
  record NotOfATpm() implements BootLog {}

  /** A log without SHA-256 digests, which can say nothing of the bank that is quoted. */
  record OfOtherBanks() implements BootLog {}

  /** A log, replayed in the SHA-256 bank. */
  record Read(Replay replay) implements BootLog {}

  /** Reads and replays a log; whatever the bytes are, nothing is thrown. */
  static BootLog of(Bytes bytes) {
    EventLog log;
    try {
      log = EventLog.parse(bytes);
    } catch (EventLogException e) {
      return new Unreadable(e.code(), String.valueOf(e.getMessage()));
    }
    if (!log.isTpmLog()) {
      return new NotOfATpm();
    }
    return log.banks().contains(LogHash.SHA256)
        ? new Read(log.replay(LogHash.SHA256))
        : new OfOtherBanks();
  }

  /** The word in records: {@code absent}, {@code unreadable}, {@code read} and so on. */
  default String word() {
    return switch (this) {
      case Absent ignored -> "absent";
      case Unreadable(String code, var text) -> code.toLowerCase(Locale.ROOT).replace('_', '-');
      case NotOfATpm ignored -> "not-a-tpm-log";
      case OfOtherBanks ignored -> "other-banks";
      case Read ignored -> "read";
    };
  }
}
