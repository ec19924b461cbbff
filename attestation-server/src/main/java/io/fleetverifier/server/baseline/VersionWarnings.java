// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.ReferenceValues;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.eventlog.BaselineLint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Tries reference values against what the fleet last showed, before anybody relies on them: a
 * version that no device meets is a mistake or very new, one that all meet decides nothing yet.
 */
@Component
final class VersionWarnings {

  private static final int SECURE_BOOT_PCR = 7;
  private static final int PHASED_PCR = 11;

  private final LastEvidence evidence;

  VersionWarnings(LastEvidence evidence) {
    this.evidence = evidence;
  }

  List<VersionWarning> of(List<ReferenceValue> values) {
    List<VersionWarning> warnings = new ArrayList<>();
    addFleet(warnings, values);
    addResetValues(warnings, values);
    Set<Integer> pcrs = values.stream().map(ReferenceValue::pcr).collect(Collectors.toSet());
    BaselineLint.registers(pcrs).forEach(warning -> warnings.add(VersionWarning.of(warning)));
    return warnings;
  }

  private void addFleet(List<VersionWarning> warnings, List<ReferenceValue> values) {
    List<StoredPcrs> fleet = evidence.ofAll();
    ReferenceValues whole = whole(values);
    long meeting = fleet.stream().filter(pcrs -> whole.isMetBy(pcrs.values())).count();
    if (fleet.isEmpty()) {
      warnings.add(
          new VersionWarning("NOTHING_TO_COMPARE", "No device has shown authentic evidence yet."));
    } else if (meeting == 0) {
      warnings.add(
          new VersionWarning(
              "NO_DEVICE_MEETS_IT", "None of " + fleet.size() + " known devices meets it."));
    } else if (meeting == fleet.size()) {
      warnings.add(
          new VersionWarning(
              "EVERY_DEVICE_MEETS_IT", "All " + fleet.size() + " known devices meet it."));
    }
  }

  private static void addResetValues(List<VersionWarning> warnings, List<ReferenceValue> values) {
    for (ReferenceValue value : values) {
      if (value.pcr() <= SECURE_BOOT_PCR && value.value().isAllZero()) {
        warnings.add(
            new VersionWarning(
                "NOTHING_MEASURED",
                "PCR " + value.pcr() + " is as after a reset: the firmware measured nothing."));
      }
    }
  }

  private static ReferenceValues whole(List<ReferenceValue> values) {
    SortedMap<Integer, Bytes> plain = new TreeMap<>();
    SortedMap<String, Bytes> phases = new TreeMap<>();
    for (ReferenceValue value : values) {
      if (value.pcr() == PHASED_PCR) {
        phases.put(value.phase(), value.value());
      } else {
        plain.put(value.pcr(), value.value());
      }
    }
    return new ReferenceValues(plain, phases);
  }
}
