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
    return (int) number(field, 1);
  }

  int u16(String field) {
    return (int) number(field, 2);
  }

  /** An unsigned 32-bit number. */
  long u32(String field) {
    return number(field, 4);
  }

  /** An unsigned 64-bit number that must lie in 0..2^63-1, as every size does. */
  long u64Size(String field) {
    long value = number(field, 8);
    if (value < 0) {
      throw fault(field + " is above any possible size");
    }
    return value;
  }

  private long number(String field, int size) {
    require(field, size);
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | source.at(position + i);
    }
    position += size;
    return value;
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
