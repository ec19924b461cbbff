// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.TypicalLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Measures what boot logs cost: {@code ./run bench log [FILE...]}. Prints one JSON object; exit 1
 * when a limit is exceeded.
 */
public final class LogBench {

  private static final int SIZE_WITH_LIMIT = 60_000;
  private static final double MOST_OF_SHA256 = 2.5;
  private static final double WARM_UP_SECONDS = 3;
  private static final int ROUNDS = 101;

  private static final double MOST_OF_ATTESTATION = 1.4;
  private static final double MOST_SERVER_WARM_UP_SECONDS = 60;
  private static final int SERVER_ROUNDS = 61;
  private static final int PER_ROUND = 20;

  private LogBench() {}

  /** Measures typical logs, and the files that the words name. */
  public static void main(String[] words) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    BenchReport report = new BenchReport();
    logs(report, words);
    attestations(report);
    out.println(report.toJson());
    System.exit(report.isWithinLimits() ? 0 : 1);
  }

  private static void logs(BenchReport report, String[] files) throws IOException {
    ObjectNode section = report.section("log");
    section.put("pass", "log parsed, data of its events hashed, registers of one bank replayed");
    section.put("passAndName", "a pass, and the SHA-256 of the log by which claims name it");
    section.put("yardstick", "SHA-256 of the same octets");
    section.put("measured", "processor time of the thread; medians of interleaved rounds");
    section.put("rounds", ROUNDS);
    ArrayNode rows = section.putArray("logs");
    for (Map.Entry<String, Bytes> log : logsOf(files).entrySet()) {
      System.err.println("Measuring " + log.getKey() + " ...");
      row(report, rows.addObject(), log.getKey(), log.getValue());
    }
  }

  private static void attestations(BenchReport report) throws Exception {
    System.err.println("Attesting to a server in this process ...");
    Path home =
        Path.of("target", "bench", Long.toString(ProcessHandle.current().pid())).toAbsolutePath();
    ObjectNode section = report.section("attestation");
    section.put("subject", "report with a log of 60000 octets that the server has seen before");
    section.put("yardstick", "report without a log");
    section.put(
        "measured",
        "processor time of the server's Java threads for an attestation over HTTPS, kept connection;"
            + " medians of interleaved rounds");
    section.put("rounds", SERVER_ROUNDS).put("attestationsPerRound", PER_ROUND);
    Files.createDirectories(home.getParent());
    try (AttestationCost cost =
        new AttestationCost(home, TypicalLog.ofSize(SIZE_WITH_LIMIT), PER_ROUND)) {
      Interleaved rounds = cost.measure(MOST_SERVER_WARM_UP_SECONDS, SERVER_ROUNDS);
      report.limited(section, rounds, MOST_OF_ATTESTATION);
    } finally {
      FileSystemUtils.deleteRecursively(home);
    }
  }

  private static Map<String, Bytes> logsOf(String[] files) throws IOException {
    Map<String, Bytes> logs = new LinkedHashMap<>();
    for (int size : new int[] {SIZE_WITH_LIMIT, 15_000, 250_000}) {
      logs.put(nameOf(size), TypicalLog.ofSize(size));
    }
    for (String file : files) {
      logs.put(file, Bytes.copyOf(Files.readAllBytes(Path.of(file))));
    }
    return logs;
  }

  private static String nameOf(int size) {
    return "a typical log of " + size + " octets";
  }

  private static void row(BenchReport report, ObjectNode row, String name, Bytes log) {
    EventLog parsed = EventLog.parse(log);
    row.put("log", name).put("octets", log.size()).put("events", parsed.events().size());
    row.put("banks", String.join(" ", parsed.banks().stream().map(LogHash::label).toList()));
    LogCost cost = new LogCost(log);
    Interleaved pass = cost.ofPass(WARM_UP_SECONDS, ROUNDS);
    Interleaved passAndName = cost.ofPassAndName(WARM_UP_SECONDS, ROUNDS);
    row.put("allocatedOctetsOfPass", cost.allocated());
    ObjectNode ofPass = row.putObject("pass");
    if (name.equals(nameOf(SIZE_WITH_LIMIT))) {
      report.limited(ofPass, pass, MOST_OF_SHA256);
    } else {
      BenchReport.ratio(ofPass, pass);
    }
    BenchReport.ratio(row.putObject("passAndName"), passAndName);
  }
}
