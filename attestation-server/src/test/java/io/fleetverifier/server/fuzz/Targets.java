// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import java.util.List;
import java.util.stream.Collectors;

/** All targets. */
final class Targets {

  private Targets() {}

  static List<Target> all() {
    return List.of(
        new Target("tpms-attest", 64, TpmTargets::attest),
        new Target("tpmt-signature", 64, TpmTargets::signature),
        new Target("tpmt-public", 64, TpmTargets::area),
        new Target("pcr-selection", 64, TpmTargets::selection),
        new Target("tpm-response", 64, TpmTargets::responses),
        new Target("event-log", 256, LogTargets::log),
        new Target("explanation", 1024, LogTargets::explanation),
        new Target("device-path", 64, LogTargets::devicePath),
        new Target("signature-list", 64, LogTargets::signatureLists),
        new Target("uefi-variable", 64, LogTargets::variable),
        new Target("pe-image", 64, FileTargets::image),
        new Target("ek-certificate", 256, FileTargets::certificate),
        new Target("ek-chain", 256, FileTargets::chain),
        new Target("luks-header", 64, FileTargets::luksHeader),
        new Target("luks-metadata", 64, FileTargets::luksMetadata),
        new Target("claims", 64, JsonTargets::claims),
        new Target("bodies", 128, JsonTargets::bodies),
        new Target("answers", 128, JsonTargets::answers),
        new Target("inspect-quote", 128, JsonTargets::inspectQuote));
  }

  static Target named(String name) {
    return all().stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no target "
                    + name
                    + "; there are "
                    + all().stream().map(Target::name).collect(Collectors.joining(" "))));
  }
}
