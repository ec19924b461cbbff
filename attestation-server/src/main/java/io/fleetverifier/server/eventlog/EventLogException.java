// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

/** Bytes that are not a boot event log, or not the structure that an event should hold. */
public final class EventLogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, for programs. */
  public enum Fault {
    /** No octets at all. */
    EMPTY,
    /** More octets than a log may have. */
    TOO_LARGE,
    /** More events than a log may have. */
    TOO_MANY_EVENTS,
    /** A record claims more octets than are left. */
    TRUNCATED,
    /** The Spec ID event is not exact, of another version, or not the first record. */
    SPEC_ID,
    /** A record's list of digests is not one that the Spec ID event allows. */
    DIGESTS,
    /** A record extends a register that no TPM has. */
    PCR_INDEX,
    /** A record is all zero, as padding is, but other records follow. */
    PADDING,
    /** The data of one event is not the structure that its type says. */
    DATA
  }

  private final Fault fault;
  private final int offset;

  EventLogException(Fault fault, int offset, String message) {
    super("at offset " + offset + ": " + message);
    this.fault = fault;
    this.offset = offset;
  }

  public Fault fault() {
    return fault;
  }

  /** Octets from the start of the log, or of the event's data for {@link Fault#DATA}. */
  public int offset() {
    return offset;
  }

  /** A stable code, such as {@code LOG_TRUNCATED}. */
  public String code() {
    return "LOG_" + fault.name();
  }
}
