// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.testing.EvidenceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs of logs of real machines, before and after something changed. */
class CollectedBootsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          guard-oss__ludmilla.bin | guard-oss__ludmilla-2-0.bin | Kernel command line changed: `/vmlinuz-5.19.0-28-generic` was added, `/vmlinuz-5.13.0-30-generic` was removed.
          guard-oss__ludmilla.bin | guard-oss__ludmilla-2-0.bin | Firmware was updated: `R1CET67W` became `R1CET72W` (PCR 0).
          guard-oss__ludmilla.bin | guard-oss__ludmilla-2-0.bin | dbx was updated (PCR 7): 184 entries added, 0 entries removed.
          guard-oss__test-hp-elitebook-830-g6-add-mokx.bin | guard-oss__test-hp-elitebook-830-g6-del-mokx.bin | The keys that shim trusts (MOK) changed (PCR 14).
          go-tpm-tools__ubuntu-2104-no-dbx.bin | go-attestation__ubuntu-2104-shielded-vm-no-secure-boot-eventlog.bin | The boot loader changed (PCR 4).
          hirs__tpmlog.bin | hirs__tpmlog-altered.bin | Firmware was updated or replaced: other code was measured (PCR 0).
          """)
  void theSentenceIsAmongTheCauses(String before, String after, String sentence) {
    Path folder = EvidenceFolder.collection("eventlogs");
    Explanation explanation =
        TestBoot.explain(
            TestBoot.replay(folder.resolve(before)), TestBoot.replay(folder.resolve(after)));
    List<Cause> causes = new ArrayList<>(explanation.others());
    causes.add(explanation.cause());
    assertThat(causes).extracting(Cause::sentence).contains(sentence);
  }
}
