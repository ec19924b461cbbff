// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log. Of all this only the digest, and its place among the events of the same
 * register, are covered by that register; {@link Replay#proof} tells what the digest proves.
 */
public final class Event {

  /** The register of a record that names none: FFFFFFFF. */
  public static final int NO_PCR = -1;

  /** Stands for a digest that the record does not have. */
  static final int ABSENT = -1;

  private final int number;
  private final int pcr;
  private final int type;
  private final Span data;
  private final Bytes log;
  private final int[] digestAt;
  private final @Nullable EventType knownType;

  Event(int number, int pcr, int type, Span data, Bytes log, int[] digestAt) {
    this.number = number;
    this.pcr = pcr;
    this.type = type;
    this.data = data;
    this.log = log;
    this.digestAt = digestAt;
    this.knownType = EventType.find(type).orElse(null);
  }

  /** The place in the log: 0 for the first record. */
  public int number() {
    return number;
  }

  /** The register, 0..23 where the event extends one; {@link #NO_PCR} where it names none. */
  public int pcr() {
    return pcr;
  }

  /** The number of the type, all 32 bits as they are. */
  public int type() {
    return type;
  }

  public Optional<EventType> knownType() {
    return Optional.ofNullable(knownType);
  }

  public boolean isOf(EventType other) {
    return knownType == other;
  }

  /** The name of the type, or its number in hexadecimal where it is not known. */
  public String typeLabel() {
    return knownType == null ? "0x" + Integer.toHexString(type) : knownType.label();
  }

  /** What the record says about what was measured. */
  public Span data() {
    return data;
  }

  /** Whether a TPM was extended: by every event but EV_NO_ACTION. */
  public boolean isExtending() {
    return knownType != EventType.NO_ACTION;
  }

  /** The digest for this bank, where the record has one. */
  public Optional<Bytes> digest(LogHash bank) {
    int at = digestAt(bank);
    return at == ABSENT ? Optional.empty() : Optional.of(log.slice(at, at + bank.size()));
  }

  /** Where in the log the digest for this bank begins, or {@link #ABSENT}. */
  int digestAt(LogHash bank) {
    return digestAt[bank.slot()];
  }

  @Override
  public String toString() {
    return "event " + number + ", " + typeLabel() + " of PCR " + pcr;
  }
}
