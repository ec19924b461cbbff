// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.corpus;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A recorded log of two banks, as an attacker edits it record by record. */
public final class LogEdit {

  /** A record; the digests are whatever stands there. */
  public record Item(int pcr, int type, Bytes sha1, Bytes sha256, Bytes data) {

    public static Item measured(int pcr, EventType type, Bytes data) {
      return digestOf(pcr, type, data, data);
    }

    /** A record whose digests are those of other content than its data. */
    public static Item digestOf(int pcr, EventType type, Bytes content, Bytes data) {
      return new Item(
          pcr, type.id(), LogHash.SHA1.digest(content), LogHash.SHA256.digest(content), data);
    }

    public Item withType(EventType other) {
      return new Item(pcr, other.id(), sha1, sha256, data);
    }

    public Item withData(Bytes other) {
      return new Item(pcr, type, sha1, sha256, other);
    }

    public Item withPcr(int other) {
      return new Item(other, type, sha1, sha256, data);
    }
  }

  private final Bytes specId;
  private final List<Item> items = new ArrayList<>();

  private LogEdit(EventLog log) {
    Event first = log.events().getFirst();
    this.specId =
        new LogWriter()
            .sha1(0, first.type(), Bytes.zeros(LogHash.SHA1.size()), first.data().toBytes())
            .toBytes();
    for (Event event : log.events().subList(1, log.events().size())) {
      items.add(
          new Item(
              event.pcr(),
              event.type(),
              event.digest(LogHash.SHA1).orElseThrow(),
              event.digest(LogHash.SHA256).orElseThrow(),
              event.data().toBytes()));
    }
  }

  public static LogEdit ofBoot(String set) {
    return new LogEdit(
        EventLog.parse(EvidenceFolder.bytes(EvidenceFolder.boot(set, "binary_bios_measurements"))));
  }

  public List<Item> items() {
    return items;
  }

  public Bytes specId() {
    return specId;
  }

  public int indexOf(Predicate<Item> which) {
    for (int i = 0; i < items.size(); i++) {
      if (which.test(items.get(i))) {
        return i;
      }
    }
    throw new IllegalArgumentException("the log has no such record");
  }

  public static Predicate<Item> separator(int pcr) {
    return item -> item.pcr == pcr && item.type == EventType.SEPARATOR.id();
  }

  public static Predicate<Item> first(int pcr, EventType type) {
    return item -> item.pcr == pcr && item.type == type.id();
  }

  public static Predicate<Item> variable(String name) {
    return item ->
        item.type == EventType.EFI_VARIABLE_DRIVER_CONFIG.id()
            && UefiVariable.decode(Span.of(item.data)).name().equals(name);
  }

  public Bytes toBytes() {
    LogWriter log = new LogWriter().bytes(specId);
    items.forEach(item -> write(item, log));
    return log.toBytes();
  }

  static Bytes write(Item item) {
    LogWriter log = new LogWriter();
    write(item, log);
    return log.toBytes();
  }

  private static void write(Item item, LogWriter log) {
    log.le32(item.pcr).le32(item.type).le32(2);
    log.le16(LogHash.SHA1.id()).bytes(item.sha1).le16(LogHash.SHA256.id()).bytes(item.sha256);
    log.le32(item.data.size()).bytes(item.data);
  }
}
