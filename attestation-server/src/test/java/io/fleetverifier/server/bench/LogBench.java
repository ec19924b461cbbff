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
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Measures what boot logs cost: {@code ./run bench log [FILE...]}. Prints one JSON object; exit 1
 * when a limit is exceeded.
 */
public final class LogBench {

  private static final int SIZE_WITH_LIMIT = 60_000;
  private static final double MOST_OF_SHA256 = 2.5;
  private static final double WARM_UP_SECONDS = 4;
  private static final int ROUNDS = 101;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode report = JSON.createObjectNode();
  private final PrintStream progress;
  private boolean within = true;

  private LogBench(PrintStream progress) {
    this.progress = progress;
  }

  /** Measures the typical logs, and the files that the words name. */
  public static void main(String[] words) throws IOException {
    LogBench bench = new LogBench(System.err);
    bench.machine();
    bench.logs(words);
    bench.report.put("withinLimits", bench.within);
    System.out.println(JSON.writeValueAsString(bench.report));
    System.exit(bench.within ? 0 : 1);
  }

  private void machine() {
    report
        .putObject("machine")
        .put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version())
        .put("architecture", System.getProperty("os.arch"))
        .put("processors", Runtime.getRuntime().availableProcessors());
  }

  private void logs(String[] files) throws IOException {
    ObjectNode section = report.putObject("log");
    section.put(
        "subject", "SHA-256 of the log, parse, data of events hashed, SHA-256 bank replayed");
    section.put("yardstick", "SHA-256 of the same octets");
    section.put("measured", "processor time of the thread, medians of interleaved rounds");
    section.put("rounds", ROUNDS);
    ArrayNode rows = section.putArray("sizes");
    for (Map.Entry<String, Bytes> log : logsOf(files).entrySet()) {
      progress.println("Reading " + log.getKey() + " ...");
      row(rows.addObject(), log.getKey(), log.getValue());
    }
  }

  private static Map<String, Bytes> logsOf(String[] files) throws IOException {
    Map<String, Bytes> logs = new LinkedHashMap<>();
    for (int size : new int[] {SIZE_WITH_LIMIT, 15_000, 250_000}) {
      logs.put("a typical log of " + size + " octets", TypicalLog.ofSize(size));
    }
    for (String file : files) {
      logs.put(file, Bytes.copyOf(Files.readAllBytes(Path.of(file))));
    }
    return logs;
  }

  private void row(ObjectNode row, String name, Bytes log) {
    EventLog parsed = EventLog.parse(log);
    row.put("log", name).put("octets", log.size()).put("events", parsed.events().size());
    ArrayNode banks = row.putArray("banks");
    parsed.banks().stream().map(LogHash::label).forEach(banks::add);
    LogCost cost = new LogCost(log);
    Interleaved rounds = cost.measure(WARM_UP_SECONDS, ROUNDS);
    row.put("allocatedOctets", cost.allocated());
    ratio(row, rounds);
    if (log.size() <= SIZE_WITH_LIMIT && log.size() > SIZE_WITH_LIMIT - 100) {
      limit(row, rounds, MOST_OF_SHA256);
    }
  }

  private static void ratio(ObjectNode row, Interleaved rounds) {
    row.put("yardstickMicroseconds", rounded(rounds.yardstickMicroseconds()))
        .put("subjectMicroseconds", rounded(rounds.subjectMicroseconds()))
        .put("ratio", rounded(rounds.ratio()));
    row.putArray("quartiles")
        .add(rounded(rounds.lowerQuartile()))
        .add(rounded(rounds.upperQuartile()));
  }

  private void limit(ObjectNode row, Interleaved rounds, double most) {
    boolean kept = rounds.ratio() <= most;
    row.put("limit", most).put("withinLimit", kept);
    within &= kept;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
