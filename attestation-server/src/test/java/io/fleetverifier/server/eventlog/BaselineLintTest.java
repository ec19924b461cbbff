// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineLintTest {

  @Test
  void registerSevenAloneIsWarnedOf() {
    assertThat(BaselineLint.registers(Set.of(7)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.SECURE_BOOT_ALONE);
    assertThat(BaselineLint.registers(Set.of(0, 2, 7))).hasSize(1);
    assertThat(BaselineLint.registers(Set.of(4, 7))).isEmpty();
    assertThat(BaselineLint.registers(Set.of(7, 11))).isEmpty();
    assertThat(BaselineLint.registers(Set.of(11))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quiet rd.break",
        "rd.break=pre-mount",
        "rd.shell",
        "rd.shell=1",
        "rd.emergency",
        "systemd.debug-shell",
        "systemd.debug_shell=1",
        "init=/bin/sh",
        "root=LABEL=x break=premount ro",
        "\"rdinit=/bin/sh\"",
        "systemd.unit=rescue.target",
      })
  void aCommandLineThatCanOpenAShellIsWarnedOf(String commandLine) {
    assertThat(BaselineLint.commandLine(commandLine))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.INITRD_SHELL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "console=ttyS0,115200 panic=-1 lab=a\0",
        "rd.shell=0 rd.emergency=reboot",
        "systemd.debug-shell=no",
        "root=/dev/mapper/init initcall_debug",
      })
  void aPlainCommandLineIsNot(String commandLine) {
    assertThat(BaselineLint.commandLine(commandLine)).isEmpty();
  }
}
