// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog.Format;
import io.fleetverifier.server.eventlog.EventLogException.Fault;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.SpecId.Declared;
import io.fleetverifier.tpm.Pcr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a log into records, once, front to back. */
final class LogParser {

  private static final long NO_REGISTER = 0xffffffffL;
  private static final int CC_SPEC_ID_REGISTER = 1;

  private final Bytes log;
  private final LogReader in;
  private final List<Event> events = new ArrayList<>();
  private final List<LogFinding> findings = new ArrayList<>();

  LogParser(Bytes log) {
    this.log = log;
    this.in = new LogReader(Span.of(log), Fault.TRUNCATED);
  }

  EventLog parse() {
    if (log.isEmpty()) {
      throw in.fault(Fault.EMPTY, "an empty log");
    }
    if (log.size() > EventLog.LARGEST_SIZE) {
      throw in.fault(Fault.TOO_LARGE, log.size() + " octets, more than " + EventLog.LARGEST_SIZE);
    }
    Event first = sha1Record();
    events.add(first);
    boolean announced = first.isOf(EventType.NO_ACTION) && SpecId.isSpecId(first.data());
    return announced && SpecId.isAgile(first.data()) ? agile(first) : sha1(first, announced);
  }

  private EventLog sha1(Event first, boolean announced) {
    if (announced && !SpecId.isSha1(first.data())) {
      throw in.fault(Fault.SPEC_ID, "an unknown version of the Spec ID event");
    }
    requireRegister(first);
    int padding = startOfPadding();
    while (in.position() < padding) {
      add(sha1Record());
    }
    return log(Format.SHA1, List.of(LogHash.SHA1));
  }

  private EventLog agile(Event first) {
    Format format = formatOf(first);
    List<Declared> declared = SpecId.decode(first.data()).digests();
    int padding = startOfPadding();
    while (in.position() < padding) {
      add(agileRecord(declared));
    }
    return log(format, knownBanks(declared));
  }

  private Format formatOf(Event specId) {
    for (int i = 0; i < LogHash.SHA1.size(); i++) {
      if (log.at(specId.digestAt(LogHash.SHA1) + i) != 0) {
        throw in.fault(Fault.SPEC_ID, "the digest of the Spec ID event is not zero");
      }
    }
    if (specId.pcr() == CC_SPEC_ID_REGISTER) {
      findings.add(
          LogFinding.ofLog(
              Code.NOT_A_TPM_LOG,
              "This is the log of a confidential virtual machine (TDX, CSV): its registers are not"
                  + " PCRs of a TPM."));
      return Format.CC;
    }
    if (specId.pcr() != 0) {
      throw in.fault(Fault.SPEC_ID, "the Spec ID event is of PCR " + specId.pcr());
    }
    return Format.CRYPTO_AGILE;
  }

  private EventLog log(Format format, List<LogHash> banks) {
    int left = in.remaining();
    if (left > 0) {
      findings.add(
          LogFinding.ofLog(Code.PADDING, left + " octets at the end are padding, not records."));
    }
    for (Event event : events) {
      if (event.knownType().isEmpty()) {
        findings.add(
            LogFinding.ofEvent(
                Code.UNKNOWN_EVENT_TYPE,
                event,
                "The type " + event.typeLabel() + " is not known; only the digest was used."));
      }
    }
    StartValue start = StartValue.of(events, findings);
    return new EventLog(log, format, banks, events, start, findings);
  }

  private List<LogHash> knownBanks(List<Declared> declared) {
    List<LogHash> banks = new ArrayList<>();
    for (Declared digest : declared) {
      LogHash.find(digest.id())
          .ifPresentOrElse(
              banks::add,
              () ->
                  findings.add(
                      LogFinding.ofLog(
                          Code.UNKNOWN_BANK,
                          "The hash algorithm 0x"
                              + Integer.toHexString(digest.id())
                              + " is not known.")));
    }
    return banks;
  }

  private void add(Event event) {
    if (events.size() == EventLog.MOST_EVENTS) {
      throw in.fault(Fault.TOO_MANY_EVENTS, "more than " + EventLog.MOST_EVENTS + " events");
    }
    if (event.isOf(EventType.NO_ACTION) && SpecId.isSpecId(event.data())) {
      throw in.fault(Fault.SPEC_ID, "a Spec ID event that is not the first record");
    }
    requireRegister(event);
    events.add(event);
  }

  private void requireRegister(Event event) {
    boolean none = event.pcr() == Event.NO_PCR && !event.isExtending();
    if (!none && (event.pcr() < 0 || event.pcr() >= Pcr.COUNT)) {
      throw in.fault(Fault.PCR_INDEX, event + ": no TPM has this register");
    }
  }

  /** TCG_PCR_EVENT. */
  private Event sha1Record() {
    int start = in.position();
    int pcr = register();
    int type = (int) in.u32("eventType");
    int[] digestAt = noDigests();
    digestAt[LogHash.SHA1.slot()] = in.skip("digest", LogHash.SHA1.size());
    Span data = in.take("event", in.u32("eventSize"));
    refuseZeros(start);
    return new Event(events.size(), pcr, type, data, log, digestAt);
  }

  /** TCG_PCR_EVENT2. */
  private Event agileRecord(List<Declared> declared) {
    int start = in.position();
    int pcr = register();
    int type = (int) in.u32("eventType");
    int[] digestAt = digests(declared);
    Span data = in.take("event", in.u32("eventSize"));
    refuseZeros(start);
    return new Event(events.size(), pcr, type, data, log, digestAt);
  }

  /** TPML_DIGEST_VALUES, little-endian; some firmware logs fewer digests than it declared. */
  private int[] digests(List<Declared> declared) {
    long count = in.u32("digestCount");
    if (count > declared.size()) {
      throw in.fault(Fault.DIGESTS, count + " digests, " + declared.size() + " declared");
    }
    int[] digestAt = noDigests();
    int seen = 0;
    for (int i = 0; i < count; i++) {
      int index = indexOf(in.u16("hashAlg"), declared);
      if ((seen >> index & 1) != 0) {
        throw in.fault(Fault.DIGESTS, "two digests of one algorithm");
      }
      seen |= 1 << index;
      Declared digest = declared.get(index);
      int at = in.skip("digest", digest.size());
      if (digest.slot() != Event.ABSENT) {
        digestAt[digest.slot()] = at;
      }
    }
    return digestAt;
  }

  private int indexOf(int algorithm, List<Declared> declared) {
    for (int i = 0; i < declared.size(); i++) {
      if (declared.get(i).id() == algorithm) {
        return i;
      }
    }
    throw in.fault(
        Fault.DIGESTS, "algorithm 0x" + Integer.toHexString(algorithm) + " was not declared");
  }

  private int register() {
    long pcr = in.u32("pcrIndex");
    // Anything above the last register but the one value for "none" is refused by the caller.
    return pcr == NO_REGISTER ? Event.NO_PCR : (int) Math.min(pcr, Pcr.COUNT);
  }

  private static int[] noDigests() {
    int[] digestAt = new int[LogHash.SLOTS];
    Arrays.fill(digestAt, Event.ABSENT);
    return digestAt;
  }

  /** A record of nothing but zeros is padding, and padding is followed by nothing. */
  private void refuseZeros(int start) {
    for (int i = start; i < in.position(); i++) {
      if (log.at(i) != 0) {
        return;
      }
    }
    throw in.fault(Fault.PADDING, "zeros with records behind them");
  }

  /** Where the tail of the log begins that is all 00 or all FF. */
  private int startOfPadding() {
    int last = log.at(log.size() - 1);
    if (last != 0x00 && last != 0xff) {
      return log.size();
    }
    int start = log.size() - 1;
    while (start > 0 && log.at(start - 1) == last) {
      start--;
    }
    return start;
  }
}
