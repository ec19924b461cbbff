// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.Pcr;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The registers that one bank of a log leads to, and what each digest of that bank proves of its
 * event's data. It is computed in one pass over the events and says what the log <em>claims</em>;
 * whether a TPM holds these values is for {@link LogAgainstQuote} to say.
 *
 * <p>Sources: PFP, "EV_NO_ACTION", "PCR initial value"; TPM 2.0 Library, Part 1, "PCR operations".
 */
public final class Replay {

  private final EventLog log;
  private final LogHash bank;
  private final List<List<Event>> eventsOfPcr = new ArrayList<>();
  private final byte[][] values;
  private final BitSet incomplete = new BitSet(Pcr.COUNT);
  private final List<DataProof> proofs;
  private final SeparatorDigests separators;

  // Found when first asked for, and the same whoever finds it: a replay may be shared and kept.
  private volatile @Nullable List<LogFinding> findings;
  private volatile @Nullable SecureBoot secureBoot;

  private Replay(EventLog log, LogHash bank) {
    this.log = log;
    this.bank = bank;
    this.values = new byte[Pcr.COUNT][];
    this.proofs = new ArrayList<>(log.events().size());
    this.separators = SeparatorDigests.of(bank);
    for (int pcr = 0; pcr < Pcr.COUNT; pcr++) {
      eventsOfPcr.add(new ArrayList<>());
      values[pcr] = start(pcr);
    }
  }

  static Replay of(EventLog log, LogHash bank) {
    if (!log.banks().contains(bank)) {
      throw new IllegalArgumentException("the log has no bank " + bank.label());
    }
    Replay replay = new Replay(log, bank);
    replay.run();
    return replay;
  }

  private void run() {
    DataProver prover = new DataProver(log.source(), bank);
    MessageDigest digest = bank.newDigest();
    for (Event event : log.events()) {
      if (event.isExtending()) {
        eventsOfPcr.get(event.pcr()).add(event);
        extend(event, values[event.pcr()], digest);
        proofs.add(prover.prove(event));
      } else {
        proofs.add(DataProof.NONE);
      }
    }
  }

  private void extend(Event event, byte[] value, MessageDigest digest) {
    int at = event.digestAt(bank);
    if (at == Event.ABSENT) {
      incomplete.set(event.pcr());
      return;
    }
    digest.update(value);
    log.source().addTo(digest, at, at + bank.size());
    DataProver.finish(digest, value);
  }

  /**
   * The value before the first event of the log: zeros; of PCR 0, the locality in its last octet.
   */
  private byte[] start(int pcr) {
    byte[] start = new byte[bank.size()];
    if (pcr == 0 && log.isTpmLog()) {
      start[start.length - 1] = (byte) log.startOfPcr0().lastOctet();
    }
    return start;
  }

  /** What is worth telling about the bank: {@link LogCheck}. */
  List<LogFinding> findings() {
    List<LogFinding> found = findings;
    if (found == null) {
      found = LogCheck.compute(this);
      findings = found;
    }
    return found;
  }

  /** What all events of PCR 7 tell of Secure Boot. */
  SecureBoot secureBoot() {
    SecureBoot found = secureBoot;
    if (found == null) {
      found = SecureBootReader.read(this, events(SecureBoot.PCR));
      secureBoot = found;
    }
    return found;
  }

  public EventLog log() {
    return log;
  }

  public LogHash bank() {
    return bank;
  }

  /** The events that extend the register, in their order. */
  public List<Event> events(int pcr) {
    return Collections.unmodifiableList(eventsOfPcr.get(pcr));
  }

  /**
   * Whether every event of the register has a digest in this bank; only then a value is claimed.
   */
  public boolean isComplete(int pcr) {
    return !incomplete.get(pcr);
  }

  /** The value after all events of the log; none where an event lacks its digest in this bank. */
  public Optional<Bytes> value(int pcr) {
    return isComplete(pcr) ? Optional.of(Bytes.copyOf(values[pcr])) : Optional.empty();
  }

  /** The values of all registers that the log extends and can be replayed, ascending. */
  public SortedMap<Integer, Bytes> values() {
    SortedMap<Integer, Bytes> all = new TreeMap<>();
    for (int pcr = 0; pcr < Pcr.COUNT; pcr++) {
      if (!eventsOfPcr.get(pcr).isEmpty() && isComplete(pcr)) {
        all.put(pcr, Bytes.copyOf(values[pcr]));
      }
    }
    return all;
  }

  /** The values of the register before the first event, after it, and so on to the last. */
  List<Bytes> history(int pcr) {
    List<Bytes> history = new ArrayList<>();
    MessageDigest digest = bank.newDigest();
    byte[] value = start(pcr);
    history.add(Bytes.copyOf(value));
    for (Event event : eventsOfPcr.get(pcr)) {
      int at = event.digestAt(bank);
      if (at == Event.ABSENT) {
        break;
      }
      digest.update(value);
      log.source().addTo(digest, at, at + bank.size());
      DataProver.finish(digest, value);
      history.add(Bytes.copyOf(value));
    }
    return history;
  }

  /** What the digest of this event proves of its data. */
  public DataProof proof(Event event) {
    return proofs.get(event.number());
  }

  /** Which separator the event is, by its digest and whatever its type says; none for most. */
  public Optional<Separator> separator(Event event) {
    int at = event.isExtending() ? event.digestAt(bank) : Event.ABSENT;
    return at == Event.ABSENT ? Optional.empty() : separators.find(log.source(), at);
  }
}
