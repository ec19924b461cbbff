// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A boot made of single measurements, or a recorded one. */
final class TestBoot {

  static final Bytes SEPARATOR = Bytes.zeros(4);

  private record Measurement(int pcr, int type, Bytes digest, Bytes data) {}

  private final List<Measurement> measurements = new ArrayList<>();

  static Replay recorded(String set) {
    return replay(EvidenceFolder.boot(set, "binary_bios_measurements"));
  }

  static Replay replay(Path log) {
    return EventLog.parse(EvidenceFolder.bytes(log)).replay(LogHash.SHA256);
  }

  /** The digest is that of the data. */
  TestBoot whole(int pcr, EventType type, Bytes data) {
    return of(pcr, type, data.sha256(), data);
  }

  TestBoot of(int pcr, EventType type, Bytes digest, Bytes data) {
    measurements.add(new Measurement(pcr, type.id(), digest, data));
    return this;
  }

  TestBoot separator(int pcr) {
    return whole(pcr, EventType.SEPARATOR, SEPARATOR);
  }

  TestBoot program(String content) {
    return of(
        4, EventType.EFI_BOOT_SERVICES_APPLICATION, Bytes.utf8(content).sha256(), Bytes.zeros(32));
  }

  TestBoot grub(String prefix, String text) {
    Bytes data = Bytes.concat(Bytes.utf8(prefix + text), Bytes.of(0));
    return of(8, EventType.IPL, Bytes.utf8(text).sha256(), data);
  }

  TestBoot section(String name, String content) {
    Bytes label = wide(name);
    Bytes ascii = Bytes.concat(Bytes.utf8(name), Bytes.of(0));
    of(11, EventType.IPL, ascii.sha256(), label);
    return of(11, EventType.IPL, Bytes.utf8(content).sha256(), label);
  }

  TestBoot variable(String vendor, String name, Bytes data) {
    return whole(7, EventType.EFI_VARIABLE_DRIVER_CONFIG, variableData(vendor, name, data));
  }

  /** UEFI_VARIABLE_DATA. */
  static Bytes variableData(String vendor, String name, Bytes data) {
    Bytes characters = Bytes.copyOf(name.getBytes(StandardCharsets.UTF_16LE));
    return Bytes.concat(
        io.fleetverifier.server.eventlog.Guid.parse(vendor).value(),
        le64(name.length()),
        le64(data.size()),
        characters,
        data);
  }

  private static Bytes le64(int value) {
    return Bytes.of(value & 0xff, value >> 8 & 0xff, 0, 0, 0, 0, 0, 0);
  }

  static Bytes wide(String text) {
    return Bytes.copyOf((text + "\0").getBytes(StandardCharsets.UTF_16LE));
  }

  Replay replay() {
    LogWriter out = new LogWriter().specId(LogHash.SHA256);
    measurements.forEach(m -> out.event(m.pcr, m.type, LogHash.SHA256, m.digest, m.data));
    return EventLog.parse(out.toBytes()).replay(LogHash.SHA256);
  }

  static Map<Integer, Bytes> values(Replay replay) {
    Map<Integer, Bytes> values = new java.util.TreeMap<>();
    for (int pcr = 0; pcr < 16; pcr++) {
      values.put(pcr, replay.value(pcr).orElseThrow());
    }
    return values;
  }

  static SortedSet<Integer> differing(Map<Integer, Bytes> wanted, Map<Integer, Bytes> shown) {
    SortedSet<Integer> differing = new TreeSet<>();
    wanted.forEach((pcr, value) -> {
      if (!value.equals(shown.get(pcr))) {
        differing.add(pcr);
      }
    });
    return differing;
  }

  /** The log leads to what the TPM holds. */
  static Optional<LogAgainstQuote> proven(Replay replay) {
    return Optional.of(LogAgainstQuote.of(replay, values(replay)));
  }

  /** Both boots are known by their logs, and every register is asked about. */
  static Explanation explain(Replay wanted, Replay shown) {
    Map<Integer, Bytes> expected = values(wanted);
    return Explainer.explain(
        proven(shown),
        ExpectedBoot.ofLog(wanted, expected),
        differing(expected, values(shown)),
        expected);
  }

  static Explanation explain(TestBoot wanted, TestBoot shown) {
    return explain(wanted.replay(), shown.replay());
  }
}
