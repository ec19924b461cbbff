// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A boot event log, parsed whole. Everything in it is a claim of whoever sent it until {@link
 * Replay} and {@link LogAgainstQuote} hold it against quoted registers.
 */
public final class EventLog {

  /** The size in octets of the largest log that is read. */
  public static final int LARGEST_SIZE = 1 << 20;

  /** The largest number of events that are read. */
  public static final int MOST_EVENTS = 4096;

  /** The kinds of logs. */
  public enum Format {
    /** TCG_PCR_EVENT2 records behind a Spec ID event. */
    CRYPTO_AGILE("crypto-agile"),
    /** TCG_PCR_EVENT records, which hold SHA-1 digests only. */
    SHA1("sha1"),
    /**
     * Crypto-agile records of a confidential virtual machine; the register numbers are not PCRs.
     */
    CC("cc");

    private final String label;

    Format(String label) {
      this.label = label;
    }

    /** The name in reports. */
    public String label() {
      return label;
    }
  }

  private static final int WEIGHT_PER_OCTET = 4;

  private final Bytes source;
  private final Format format;
  private final List<LogHash> banks;
  private final List<Event> events;
  private final StartValue startOfPcr0;
  private final List<LogFinding> findings;

  EventLog(
      Bytes source,
      Format format,
      List<LogHash> banks,
      List<Event> events,
      StartValue startOfPcr0,
      List<LogFinding> findings) {
    this.source = source;
    this.format = format;
    this.banks = List.copyOf(banks);
    this.events = List.copyOf(events);
    this.startOfPcr0 = startOfPcr0;
    this.findings = List.copyOf(findings);
  }

  /**
   * Parses a log exactly: every octet belongs to a record or to padding at the end.
   *
   * @param log TCG_PCR_EVENT records, or a Spec ID event and TCG_PCR_EVENT2 records (PFP, "Event
   *     logging")
   * @throws EventLogException for anything else; nothing else is thrown
   */
  public static EventLog parse(Bytes log) {
    return new LogParser(log).parse();
  }

  public Format format() {
    return format;
  }

  /** Whether the register numbers of the log are those of a TPM. */
  public boolean isTpmLog() {
    return format != Format.CC;
  }

  /** The declared hash algorithms that are known, in the order of the log. */
  public List<LogHash> banks() {
    return banks;
  }

  /**
   * The bank in which the log is best believed: SHA-256 where it has it, else the first of the
   * others that is not SHA-1, else SHA-1.
   */
  public Optional<LogHash> preferredBank() {
    if (banks.contains(LogHash.SHA256)) {
      return Optional.of(LogHash.SHA256);
    }
    return banks.stream()
        .filter(bank -> bank != LogHash.SHA1)
        .findFirst()
        .or(() -> banks.stream().findFirst());
  }

  /** All records in their order, the Spec ID event among them. */
  public List<Event> events() {
    return events;
  }

  /**
   * The locality that the log claims for the first measurement, 0, 3 or 4; none where it is silent.
   */
  public OptionalInt startupLocality() {
    return startOfPcr0.startupLocality();
  }

  StartValue startOfPcr0() {
    return startOfPcr0;
  }

  /** What parsing found, before any replay. */
  public List<LogFinding> findings() {
    return findings;
  }

  /** The log as it was received. */
  public Bytes source() {
    return source;
  }

  /** About how many octets of memory a log takes once it is replayed, for those who keep some. */
  public int weight() {
    return WEIGHT_PER_OCTET * source.size();
  }

  /** Replays one bank. */
  public Replay replay(LogHash bank) {
    return Replay.of(this, bank);
  }
}
