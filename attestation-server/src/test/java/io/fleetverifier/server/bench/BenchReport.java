// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The one JSON object that a measuring program prints. */
final class BenchReport {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode report = JSON.createObjectNode();
  private boolean withinLimits = true;

  /** Begins with what was measured on. */
  BenchReport() {
    section("machine")
        .put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version())
        .put("architecture", System.getProperty("os.arch"))
        .put("processors", Runtime.getRuntime().availableProcessors());
  }

  ObjectNode section(String name) {
    return report.putObject(name);
  }

  boolean isWithinLimits() {
    return withinLimits;
  }

  String toJson() {
    return JSON.writeValueAsString(report.put("withinLimits", withinLimits));
  }

  static void ratio(ObjectNode row, Interleaved rounds) {
    row.put("ratio", rounded(rounds.ratio()));
    row.putArray("quartiles")
        .add(rounded(rounds.lowerQuartile()))
        .add(rounded(rounds.upperQuartile()));
    row.put("subjectMicroseconds", rounded(rounds.subjectMicroseconds()))
        .put("yardstickMicroseconds", rounded(rounds.yardstickMicroseconds()));
  }

  /** A ratio that may be no more than this. */
  void limited(ObjectNode row, Interleaved rounds, double most) {
    ratio(row, rounds);
    boolean kept = rounds.ratio() <= most;
    row.put("limit", most).put("withinLimit", kept);
    withinLimits &= kept;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
