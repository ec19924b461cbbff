// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.uki.Uki;
import io.fleetverifier.server.uki.UkiException;
import io.fleetverifier.server.uki.UkiProfile;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What is foretold of a unified kernel image. */
final class UkiReport {

  private UkiReport() {}

  static Report of(Arguments arguments) throws IOException {
    try {
      return report(Uki.read(arguments.file()));
    } catch (UkiException refused) {
      throw new UndecodableException(refused.code(), String.valueOf(refused.getMessage()));
    }
  }

  private static Report report(Uki image) {
    Report report = new Report();
    report.put("stub", image.stub().orElse(null));
    List<Object> sections = report.array("sections");
    for (Uki.Section section : image.sections()) {
      sections.add(
          new Report()
              .put("name", section.name())
              .put("size", section.size())
              .put("sha256", section.sha256().toHex()));
    }
    pcr11(report.object("pcr11"), image.profiles().getFirst());
    image.olderStub().ifPresent(older -> pcr11(report.object("pcr11OfStub252"), older));
    others(report, image.profiles());
    banks(report.object("authenticode"), image.authenticode());
    Report pcr4 = report.object("pcr4");
    banks(pcr4.object("secureBootOn"), image.pcr4SecureBootOn());
    banks(pcr4.object("secureBootOff"), image.pcr4SecureBootOff());
    return report;
  }

  private static void others(Report report, List<UkiProfile> profiles) {
    if (profiles.size() > 1) {
      List<Object> array = report.array("profiles");
      for (UkiProfile profile : profiles) {
        Report node = new Report().put("number", profile.number());
        pcr11(node.object("pcr11"), profile);
        array.add(node);
      }
    }
  }

  private static void pcr11(Report node, UkiProfile profile) {
    for (HashAlg bank : HashAlg.values()) {
      SortedMap<String, Bytes> paths = profile.pcr11().get(bank);
      if (paths != null) {
        Report values = node.object(LogHash.of(bank).label());
        paths.forEach((path, value) -> values.put(path, value.toHex()));
      }
    }
  }

  private static void banks(Report node, Map<HashAlg, Bytes> values) {
    for (HashAlg bank : HashAlg.values()) {
      Bytes value = values.get(bank);
      if (value != null) {
        node.put(LogHash.of(bank).label(), value.toHex());
      }
    }
  }
}
