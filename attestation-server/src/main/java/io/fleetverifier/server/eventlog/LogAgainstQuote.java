// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.tpm.Pcr;
import io.fleetverifier.tpm.PcrValues;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A replayed bank held against the values of the same bank that a TPM signed. Only what this
 * explains may be believed of a log. The comparison itself does not check the quote: the caller
 * brings verified values.
 */
public final class LogAgainstQuote {

  /** How a quoted value and the log belong together. */
  public enum Status {
    /** The log leads to the quoted value. */
    REPLAYED("replayed"),
    /**
     * The log leads to a value from which the quoted one follows by extends that are known: boot
     * phases of systemd, the hand-over of old firmware, a capped bank; or the log has nothing on a
     * register that only an operating system uses.
     */
    EXTENDED_AFTER_LOG("extended after the log"),
    /** The log is of something else, or not whole. */
    NOT_EXPLAINED("not explained");

    private final String label;

    Status(String label) {
      this.label = label;
    }

    /** The words in reports. */
    public String label() {
      return label;
    }
  }

  /**
   * The finding on one register.
   *
   * @param quoted the value that the TPM signed
   * @param events how many of the log's events of this register are in the quoted value; the others
   *     came later or are invented
   * @param extendedWith what was extended after the log, where that is known
   */
  public record Explanation(
      int pcr, Status status, Bytes quoted, int events, List<String> extendedWith) {

    /** Whether the register was closed by an extend of zeros, as that of a bank not in use. */
    public boolean isCapped() {
      return extendedWith.equals(CAP);
    }
  }

  private static final List<String> CAP = List.of("zeros");

  private static final List<Bytes> HAND_OVER =
      List.of(LogCheck.EXIT_INVOCATION, LogCheck.EXIT_SUCCESS);

  private final Replay replay;
  private final SortedMap<Integer, Explanation> explanations;
  private final List<LogFinding> findings;

  private LogAgainstQuote(
      Replay replay, SortedMap<Integer, Explanation> explanations, List<LogFinding> findings) {
    this.replay = replay;
    this.explanations = explanations;
    this.findings = List.copyOf(findings);
  }

  /**
   * Compares with verified values of one bank.
   *
   * @throws IllegalArgumentException when the log does not have the bank, or is not of a TPM
   */
  public static LogAgainstQuote of(EventLog log, PcrValues quoted) {
    return of(log.replay(LogHash.of(quoted.bank())), quoted.values());
  }

  /**
   * Compares with verified values of the replayed bank, by register.
   *
   * @throws IllegalArgumentException when the log is not of a TPM
   */
  public static LogAgainstQuote of(Replay replay, Map<Integer, Bytes> quoted) {
    if (!replay.log().isTpmLog()) {
      throw new IllegalArgumentException("the registers of this log are not PCRs");
    }
    SortedMap<Integer, Explanation> explanations = new TreeMap<>();
    List<LogFinding> findings = new ArrayList<>();
    quoted.forEach((pcr, value) -> {
      explanations.put(pcr, explain(replay, pcr, value));
      if (pcr < LogCheck.FIRMWARE_PCRS && value.isAllZero()) {
        findings.add(
            LogFinding.ofPcr(
                Code.PCR_NEVER_EXTENDED,
                pcr,
                "PCR " + pcr + " was never extended: an operating system could forge it."));
      }
    });
    explanations.values().stream()
        .filter(Explanation::isCapped)
        .forEach(explanation -> findings.add(capped(explanation.pcr)));
    return new LogAgainstQuote(replay, explanations, findings);
  }

  private static LogFinding capped(int pcr) {
    return LogFinding.ofPcr(
        Code.PCR_CAPPED,
        pcr,
        "PCR " + pcr + " was closed by an extend of zeros, as is done with a bank not in use.");
  }

  private static Explanation explain(Replay replay, int pcr, Bytes quoted) {
    int whole = replay.events(pcr).size();
    if (whole > 0 && replay.value(pcr).filter(quoted::equals).isPresent()) {
      return new Explanation(pcr, Status.REPLAYED, quoted, whole, List.of());
    }
    List<Bytes> history = replay.history(pcr);
    if (whole == 0) {
      return withoutEvents(replay, pcr, quoted, history.getFirst());
    }
    int fits = history.lastIndexOf(quoted);
    if (fits > 0 && mayEndAt(fits, replay, pcr)) {
      return new Explanation(pcr, Status.REPLAYED, quoted, fits, List.of());
    }
    if (replay.isComplete(pcr)) {
      Optional<List<String>> words = knownExtends(replay.bank(), pcr, history.getLast(), quoted);
      if (words.isPresent()) {
        return new Explanation(pcr, Status.EXTENDED_AFTER_LOG, quoted, whole, words.get());
      }
    }
    return new Explanation(pcr, Status.NOT_EXPLAINED, quoted, 0, List.of());
  }

  /** Nothing logged: the value with which a register begins needs no log. */
  private static Explanation withoutEvents(Replay replay, int pcr, Bytes quoted, Bytes start) {
    boolean dynamic = pcr >= 17 && pcr <= 22;
    Bytes reset = dynamic ? allOnes(replay.bank()) : start;
    if (quoted.equals(reset)) {
      return new Explanation(pcr, Status.REPLAYED, quoted, 0, List.of());
    }
    Optional<List<String>> words = knownExtends(replay.bank(), pcr, start, quoted);
    boolean firmwares = pcr < LogCheck.FIRMWARE_PCRS || dynamic;
    if (firmwares && words.isEmpty()) {
      return new Explanation(pcr, Status.NOT_EXPLAINED, quoted, 0, List.of());
    }
    return new Explanation(pcr, Status.EXTENDED_AFTER_LOG, quoted, 0, words.orElse(List.of()));
  }

  /** Events may follow the quote; but what the firmware measures ends with its separator. */
  private static boolean mayEndAt(int events, Replay replay, int pcr) {
    return pcr >= LogCheck.FIRMWARE_PCRS
        || replay.events(pcr).subList(0, events).stream()
            .anyMatch(event -> replay.separator(event).isPresent());
  }

  private static Optional<List<String>> knownExtends(
      LogHash bank, int pcr, Bytes from, Bytes quoted) {
    if (extend(bank, from, Bytes.zeros(bank.size())).equals(quoted)) {
      return Optional.of(CAP);
    }
    if (pcr == 5 && extendAll(bank, from, HAND_OVER).equals(quoted)) {
      return Optional.of(List.of("Exit Boot Services"));
    }
    if (pcr == 11) {
      for (List<BootPhase> run : BootPhase.runs()) {
        List<Bytes> contents = run.stream().map(BootPhase::content).toList();
        if (extendAll(bank, from, contents).equals(quoted)) {
          return Optional.of(run.stream().map(BootPhase::word).toList());
        }
      }
    }
    return Optional.empty();
  }

  private static Bytes extendAll(LogHash bank, Bytes from, List<Bytes> contents) {
    Bytes value = from;
    for (Bytes content : contents) {
      value = extend(bank, value, bank.digest(content));
    }
    return value;
  }

  private static Bytes extend(LogHash bank, Bytes value, Bytes digest) {
    MessageDigest computation = bank.newDigest();
    value.addTo(computation);
    digest.addTo(computation);
    return Bytes.copyOf(computation.digest());
  }

  private static Bytes allOnes(LogHash bank) {
    byte[] ones = new byte[bank.size()];
    Arrays.fill(ones, (byte) 0xff);
    return Bytes.copyOf(ones);
  }

  public Replay replay() {
    return replay;
  }

  /** One explanation for each quoted register, ascending. */
  public SortedMap<Integer, Explanation> explanations() {
    return Collections.unmodifiableSortedMap(explanations);
  }

  /** The status of the register; not explained where it was not quoted. */
  public Status status(int pcr) {
    Explanation explanation = explanations.get(pcr);
    return explanation == null ? Status.NOT_EXPLAINED : explanation.status;
  }

  /** What the comparison shows beside the explanations. */
  public List<LogFinding> findings() {
    return findings;
  }

  /**
   * The events of the register that the quoted value proves, in their order; none at all where the
   * log does not explain the register. Of each event still only that counts which {@link
   * Replay#proof} proves.
   */
  public Optional<List<Event>> provenEvents(int pcr) {
    if (pcr < 0 || pcr >= Pcr.COUNT || status(pcr) == Status.NOT_EXPLAINED) {
      return Optional.empty();
    }
    return Optional.ofNullable(explanations.get(pcr))
        .map(explanation -> replay.events(pcr).subList(0, explanation.events));
  }
}
