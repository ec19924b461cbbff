// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TpmRcTest {

  @Test
  void aFormatOneCodeTellsWhatItIsAbout() {
    assertThat(new TpmRc(0x9a2)).hasToString("0x9a2 (BAD_AUTH, session 1)");
    assertThat(new TpmRc(0x99d)).hasToString("0x99d (POLICY_FAIL, session 1)");
    assertThat(new TpmRc(0x1c4)).hasToString("0x1c4 (VALUE, parameter 1)");
    assertThat(new TpmRc(0x3df)).hasToString("0x3df (INTEGRITY, parameter 3)");
    assertThat(new TpmRc(0x18b)).hasToString("0x18b (HANDLE, handle 1)");
    assertThat(new TpmRc(0x2c2)).hasToString("0x2c2 (ATTRIBUTES, parameter 2)");
  }

  @Test
  void otherCodesAreAboutNothing() {
    assertThat(new TpmRc(0x126)).hasToString("0x126 (POLICY)");
    assertThat(new TpmRc(0x128)).hasToString("0x128 (PCR_CHANGED)");
    assertThat(new TpmRc(0x902)).hasToString("0x902 (OBJECT_MEMORY)");
    assertThat(new TpmRc(0x101)).hasToString("0x101 (FAILURE)");
    assertThat(new TpmRc(0x1ff)).hasToString("0x1ff (of unknown meaning, parameter 1)");
  }

  @Test
  void theLayerOfTheResourceManagerDoesNotHideTheCode() {
    TpmRc rc = new TpmRc(0x000b0143L);
    assertThat(rc.is(TpmRc.COMMAND_CODE)).isTrue();
    assertThat(rc).hasToString("0xb0143 (COMMAND_CODE)");
  }

  @Test
  void onlyBusyCodesAskToResend() {
    for (int code = 0; code <= 0xfff; code++) {
      boolean busy = code == 0x922 || code == 0x908 || code == 0x90a;
      assertThat(new TpmRc(code).asksToResend()).as("0x%x", code).isEqualTo(busy);
    }
  }

  @Test
  void zeroIsTheOnlySuccess() {
    assertThat(new TpmRc(0).isSuccess()).isTrue();
    assertThat(new TpmRc(0x100).isSuccess()).isFalse();
    assertThat(new TpmRc(0x80000000L).isSuccess()).isFalse();
  }
}
