// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.baseline.Coverage.Enforced;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GroupLintTest {

  private static final Set<String> BOTH = Set.of("unlock", "report");

  /**
   * A binding with accepted versions.
   *
   * @param versions of each the PCRs that it covers, separated by commas
   */
  private static Enforced binding(Set<String> purposes, String... versions) {
    return new Enforced(
        purposes,
        Stream.of(versions)
            .map(pcrs ->
                Stream.of(pcrs.split(",", -1)).map(Integer::valueOf).collect(Collectors.toSet()))
            .toList());
  }

  private static List<String> codes(Enforced... bindings) {
    return GroupLint.of(List.of(bindings)).stream().map(VersionWarning::code).toList();
  }

  @Test
  void whatAllEnforcedBaselinesCoverTogetherCounts() {
    assertThat(codes(binding(BOTH, "0,2"), binding(BOTH, "7"))).containsExactly("SECURE_BOOT_ONLY");
    assertThat(codes(binding(BOTH, "4"), binding(BOTH, "7"))).isEmpty();
    assertThat(codes(binding(BOTH, "11"), binding(BOTH, "12,13"))).isEmpty();
    assertThat(codes(binding(BOTH, "11,13"))).containsExactly("IMAGE_WITHOUT_ADDITIONS");
    assertThat(codes()).isEmpty();
  }

  @Test
  void ofSeveralAcceptedVersionsOnlyWhatAllCoverIsCertain() {
    assertThat(codes(binding(BOTH, "7,4", "7"))).containsExactly("SECURE_BOOT_ONLY");
    assertThat(codes(binding(BOTH, "7,4", "7,4,2"))).isEmpty();
  }

  @Test
  void eachPurposeIsLookedAtByItself() {
    Enforced image = binding(Set.of("unlock"), "11,12,13");
    assertThat(codes(image, binding(BOTH, "7"))).containsExactly("SECURE_BOOT_ONLY");
    assertThat(codes(image, binding(Set.of("unlock"), "7"))).isEmpty();
  }

  @Test
  void wherePolicyTrustsNobodyThereIsNothingToWarnOf() {
    assertThat(codes(binding(BOTH, "7"), binding(BOTH))).isEmpty();
  }
}
