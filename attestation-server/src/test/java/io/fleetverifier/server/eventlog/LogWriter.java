// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog.Format;
import java.util.ArrayList;
import java.util.List;

/** Writes logs record by record, right ones and wrong ones. */
public final class LogWriter {

  private final List<Bytes> parts = new ArrayList<>();

  /** The records of a parsed log again, without padding. */
  public static Bytes write(EventLog log) {
    LogWriter out = new LogWriter();
    boolean agile = log.format() != Format.SHA1;
    for (Event event : log.events()) {
      if (agile && event.number() > 0) {
        out.agile(event, log);
      } else {
        out.sha1(
            event.pcr(),
            event.type(),
            event.digest(LogHash.SHA1).orElseThrow(),
            event.data().toBytes());
      }
    }
    return out.toBytes();
  }

  private void agile(Event event, EventLog log) {
    List<LogHash> present = new ArrayList<>(log.banks());
    present.removeIf(bank -> event.digest(bank).isEmpty());
    present.sort((a, b) -> Integer.compare(event.digestAt(a), event.digestAt(b)));
    le32(event.pcr()).le32(event.type()).le32(present.size());
    for (LogHash bank : present) {
      le16(bank.id()).bytes(event.digest(bank).orElseThrow());
    }
    le32(event.data().size()).bytes(event.data().toBytes());
  }

  public LogWriter sha1(int pcr, int type, Bytes digest, Bytes data) {
    return le32(pcr).le32(type).bytes(digest).le32(data.size()).bytes(data);
  }

  /** A Spec ID event for these banks. */
  public LogWriter specId(LogHash... banks) {
    LogWriter body = new LogWriter();
    body.bytes(Bytes.utf8("Spec ID Event03")).bytes(Bytes.of(0)).le32(0);
    body.bytes(Bytes.of(0, 2, 0, 2)).le32(banks.length);
    for (LogHash bank : banks) {
      body.le16(bank.id()).le16(bank.size());
    }
    body.bytes(Bytes.of(0));
    return sha1(0, 3, Bytes.zeros(20), body.toBytes());
  }

  /** A record with one digest. */
  public LogWriter event(int pcr, int type, LogHash bank, Bytes digest, Bytes data) {
    le32(pcr).le32(type).le32(1).le16(bank.id()).bytes(digest);
    return le32(data.size()).bytes(data);
  }

  /** A record whose one digest is the SHA-256 of its data. */
  public LogWriter measured(int pcr, EventType type, Bytes data) {
    return event(pcr, type.id(), LogHash.SHA256, data.sha256(), data);
  }

  /** A record with a digest for each of these banks, of what was measured. */
  LogWriter measured(int pcr, EventType type, Bytes content, Bytes data, LogHash... banks) {
    le32(pcr).le32(type.id()).le32(banks.length);
    for (LogHash bank : banks) {
      le16(bank.id()).bytes(bank.digest(content));
    }
    return le32(data.size()).bytes(data);
  }

  public LogWriter separator(int pcr) {
    return measured(pcr, EventType.SEPARATOR, Separator.ZEROS.content());
  }

  public LogWriter le16(int value) {
    return bytes(Bytes.of(value & 0xff, value >>> 8 & 0xff));
  }

  public LogWriter le32(int value) {
    return bytes(
        Bytes.of(value & 0xff, value >>> 8 & 0xff, value >>> 16 & 0xff, value >>> 24 & 0xff));
  }

  public LogWriter le64(long value) {
    return le32((int) value).le32((int) (value >>> 32));
  }

  public LogWriter bytes(Bytes octets) {
    parts.add(octets);
    return this;
  }

  public Bytes toBytes() {
    return Bytes.concat(parts.toArray(Bytes[]::new));
  }
}
