// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values computed by systemd-measure and by hand for an image without sections. */
class PhasePathsTest {
  @Test
  void laterPhasesFollowFromTheImage() {
    Map<String, Bytes> all = PhasePaths.withLater(Map.of("", Bytes.zeros(32)));
    assertThat(all)
        .containsEntry(
            "enter-initrd",
            Bytes.fromHex("d15b0e8e244e65c40f024e95773f2347ce4ef3ffe6b597c9a14b50bbab6df319"))
        .containsEntry(
            "enter-initrd:leave-initrd",
            Bytes.fromHex("75df9c8b17d8a6465f2862028b892ea13a3d7c37685a945e5ff34fb44956c207"))
        .containsEntry(
            "enter-initrd:leave-initrd:sysinit",
            Bytes.fromHex("4a73d241786e2f9180042d04408fb12589af0477533df6c1d832d8b7f4724504"))
        .containsEntry(
            "enter-initrd:leave-initrd:sysinit:ready",
            Bytes.fromHex("38d2047d0545f701a253005037bd1d1662e5f59388885f9e9443f38e2f23531e"))
        .containsKey("leave-initrd:sysinit:ready")
        .hasSize(8);
  }

  @Test
  void anEarlierPhaseNeverFollowsFromALaterOne() {
    assertThat(PhasePaths.withLater(Map.of("enter-initrd", Bytes.zeros(32))))
        .containsOnlyKeys(
            "enter-initrd",
            "enter-initrd:leave-initrd",
            "enter-initrd:leave-initrd:sysinit",
            "enter-initrd:leave-initrd:sysinit:ready");
  }

  @Test
  void onlyPathsThatCanBeReachedAreKnown() {
    assertThat(PhasePaths.isKnown("")).isTrue();
    assertThat(PhasePaths.isKnown("enter-initrd:leave-initrd")).isTrue();
    assertThat(PhasePaths.isKnown("leave-initrd:enter-initrd")).isFalse();
    assertThat(PhasePaths.isKnown("enter-initrd:")).isFalse();
    assertThat(PhasePaths.isKnown("shell")).isFalse();
  }
}
