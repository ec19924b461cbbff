// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.server.eventlog.EventLogException.Fault;

/**
 * Reads little-endian members from one bounded span, front to back. A claimed size is compared with
 * what is left before anything else is done with it.
 */
final class LogReader {

  private final Span source;
  private final Fault fault;
  private int position;

  /** Starts at the first octet; {@code fault} is thrown where a claimed size is not there. */
  LogReader(Span source, Fault fault) {
    this.source = source;
    this.fault = fault;
  }

  int position() {
    return position;
  }

  int remaining() {
    return source.size() - position;
  }

  int u8(String field) {
    require(field, 1);
    return source.at(position++);
  }

  int u16(String field) {
    require(field, 2);
    int value = source.at(position) | source.at(position + 1) << 8;
    position += 2;
    return value;
  }

  /** An unsigned 32-bit number. */
  long u32(String field) {
    require(field, 4);
    int value =
        source.at(position)
            | source.at(position + 1) << 8
            | source.at(position + 2) << 16
            | source.at(position + 3) << 24;
    position += 4;
    return Integer.toUnsignedLong(value);
  }

  /** An unsigned 64-bit number that must lie in 0..2^63-1, as every size does. */
  long u64Size(String field) {
    long low = u32(field);
    long value = u32(field) << 32 | low;
    if (value < 0) {
      throw fault(field + " is above any possible size");
    }
    return value;
  }

  /** Passes over octets that are looked at elsewhere, and gives where they begin. */
  int skip(String field, int size) {
    require(field, size);
    int at = position;
    position += size;
    return at;
  }

  /** Exactly {@code size} octets, in place. */
  Span take(String field, long size) {
    require(field, size);
    Span taken = source.slice(position, position + (int) size);
    position += (int) size;
    return taken;
  }

  /** Everything that is left, in place. */
  Span rest() {
    return take("rest", remaining());
  }

  /** Demands that nothing is left. */
  void end(String structure) {
    if (remaining() != 0) {
      throw fault(remaining() + " octets after " + structure);
    }
  }

  EventLogException fault(String message) {
    return fault(fault, message);
  }

  EventLogException fault(Fault other, String message) {
    return new EventLogException(other, position, message);
  }

  private void require(String field, long size) {
    if (size > remaining()) {
      throw fault(field + ": " + size + " octets wanted, " + remaining() + " left");
    }
  }
}
