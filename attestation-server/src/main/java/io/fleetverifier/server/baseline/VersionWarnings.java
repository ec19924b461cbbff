// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.ReferenceValues;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.eventlog.BaselineLint;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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

  List<VersionWarning> of(Content content) {
    List<VersionWarning> warnings = new ArrayList<>();
    addFleet(warnings, content);
    addResetValues(warnings, content.values());
    Set<Integer> pcrs = new TreeSet<>(content.rules().pcrs());
    content.values().forEach(value -> pcrs.add(value.pcr()));
    List<BaselineLint.Warning> lint = new ArrayList<>(BaselineLint.registers(pcrs));
    SecureBootRule secureBoot = content.rules().secureBoot();
    if (secureBoot != null) {
      lint.addAll(BaselineLint.secureBoot(secureBoot));
    }
    lint.forEach(warning -> warnings.add(VersionWarning.of(warning)));
    return warnings;
  }

  /** Rules are not compared: that would take every device's log. */
  private void addFleet(List<VersionWarning> warnings, Content content) {
    List<StoredPcrs> fleet = evidence.ofAll();
    if (fleet.isEmpty()) {
      warnings.add(
          new VersionWarning("NOTHING_TO_COMPARE", "No device has shown authentic evidence yet."));
      return;
    }
    if (content.values().isEmpty()) {
      return;
    }
    ReferenceValues whole = whole(content.values());
    long meeting = fleet.stream().filter(pcrs -> whole.isMetBy(pcrs.values())).count();
    if (meeting == 0) {
      warnings.add(
          new VersionWarning(
              "NO_DEVICE_MEETS_IT", "None of " + fleet.size() + " known devices meets it."));
    } else if (meeting == fleet.size() && content.rules().isEmpty()) {
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
