// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.appraisal.PhasePaths;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads reference values as people type them: the PCR's decimal number to its value in hexadecimal
 * (or the word zero), and for PCR 11 also to an object of phase path to value.
 */
final class TypedValues {

  /** Regular expression of the number of a PCR. */
  static final String PCR = "[0-9]|1[0-9]|2[0-3]";

  /** Stands for the value of a PCR into which nothing was measured. */
  private static final String NOTHING = "zero";

  private static final int PHASED_PCR = 11;
  private static final int MOST_PHASES = 16;
  private static final int SIZE = 32;

  private final List<ReferenceValue> read = new ArrayList<>();
  private final Violations violations = new Violations();

  private TypedValues() {}

  /**
   * The values, ordered by PCR and phase.
   *
   * @param typed absent for none
   * @throws io.fleetverifier.server.problem.ProblemException invalid, with everything that is wrong
   */
  static List<ReferenceValue> read(@Nullable Map<String, JsonNode> typed) {
    if (typed == null) {
      return List.of();
    }
    TypedValues values = new TypedValues();
    values.violations.unless(
        !typed.isEmpty(), "/values", "must not be empty: a version without values matches nothing");
    typed.forEach(values::readPcr);
    values.violations.refuse();
    return List.copyOf(values.read);
  }

  private void readPcr(String index, JsonNode value) {
    String pointer = "/values/" + escape(index);
    if (!index.matches(PCR)) {
      violations.add(pointer, "must be the number of a PCR");
      return;
    }
    int pcr = Integer.parseInt(index);
    if (!Protocol.QUOTED_PCRS.contains(pcr)) {
      violations.add(pointer, whyNot(pcr));
    } else if (pcr == PHASED_PCR && value.isObject()) {
      readPhases(pointer, value);
    } else {
      readValue(pointer, pcr, "", value);
    }
  }

  private void readPhases(String pointer, JsonNode value) {
    if (value.isEmpty() || value.size() > MOST_PHASES) {
      violations.add(pointer, "must name 1 to " + MOST_PHASES + " phases");
    } else {
      value.properties().forEach(phase -> readPhase(pointer, phase.getKey(), phase.getValue()));
    }
  }

  private void readPhase(String parent, String phase, JsonNode value) {
    String pointer = parent + "/" + escape(phase);
    if (PhasePaths.isKnown(phase)) {
      readValue(pointer, PHASED_PCR, phase, value);
    } else {
      violations.add(pointer, "must be a phase path such as enter-initrd, or empty");
    }
  }

  private void readValue(String pointer, int pcr, String phase, JsonNode value) {
    Bytes octets = value.isString() ? octets(value.asString()) : Bytes.EMPTY;
    if (octets.isEmpty()) {
      violations.add(
          pointer, "must be 64 hexadecimal digits, a value of the SHA-256 bank, or the word zero");
    } else {
      read.add(new ReferenceValue(pcr, phase, octets));
    }
  }

  private static Bytes octets(String typed) {
    return typed.equals(NOTHING) ? Bytes.zeros(SIZE) : Names.hash32(typed).orElse(Bytes.EMPTY);
  }

  static String whyNot(int pcr) {
    return switch (pcr) {
      case 10 -> "PCR 10 changes while the system runs: it never serves";
      case 16, 23 -> "anybody can reset PCR " + pcr + ": it never serves";
      default -> "PCR " + pcr + " is not among those that devices quote";
    };
  }

  static String escape(String member) {
    return member.replace("~", "~0").replace("/", "~1");
  }
}
