// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineLintTest {

  /** must-fail 33: a baseline that rests on Secure Boot alone. */
  @Test
  void registerSevenAloneIsWarnedOf() {
    assertThat(BaselineLint.registers(Set.of(7)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.SECURE_BOOT_ONLY);
    assertThat(BaselineLint.registers(Set.of(0, 2, 7))).hasSize(1);
    assertThat(BaselineLint.registers(Set.of(4, 7))).isEmpty();
    assertThat(BaselineLint.registers(Set.of(7, 11, 12, 13))).isEmpty();
    assertThat(BaselineLint.registers(Set.of(4))).isEmpty();
  }

  /** must-fail 32: what is added to an image beside its file goes into registers of its own. */
  @Test
  void anImageWithoutTheRegistersOfItsAdditionsIsWarnedOf() {
    assertThat(BaselineLint.registers(Set.of(11)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(
            BaselineLint.Code.IMAGE_WITHOUT_ADDITIONS, BaselineLint.Code.IMAGE_WITHOUT_ADDITIONS);
    assertThat(BaselineLint.registers(Set.of(11, 13)))
        .extracting(BaselineLint.Warning::text)
        .singleElement()
        .asString()
        .contains("PCR 12");
    assertThat(BaselineLint.registers(Set.of(11, 12, 13))).isEmpty();
  }

  /** must-fail 32: a baseline that leaves out registers which the boot used. */
  @Test
  void registersThatTheBootUsedAndTheVersionLeavesOpenAreWarnedOf() {
    Bytes line = Bytes.utf8("root=LABEL=BOOT quiet");
    Replay boot = boot(new LogWriter().specId(LogHash.SHA256).measured(14, EventType.IPL, line));
    assertThat(BaselineLint.boot(boot, Set.of(4)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.MEASURED_BUT_OPEN);
    assertThat(BaselineLint.boot(boot, Set.of(4, 14))).isEmpty();
    assertThat(BaselineLint.boot(boot, Set.of(0, 2))).isEmpty();
  }

  @Test
  void aCommandLineThatGrubOrTheStubMeasuredIsRead() {
    Bytes line = Bytes.utf8("/vmlinuz root=LABEL=BOOT rd.break");
    Bytes grub = Bytes.concat(Bytes.utf8("kernel_cmdline: "), line, Bytes.of(0));
    assertThat(shells(8, grub, line)).singleElement().asString().contains("rd.break");
    Bytes wide = Bytes.copyOf("quiet init=/bin/sh\0".getBytes(StandardCharsets.UTF_16LE));
    assertThat(shells(12, wide, wide)).singleElement().asString().contains("init=/bin/sh");
  }

  @Test
  void aCommandLineThatWasNotMeasuredIsNot() {
    Bytes said = Bytes.utf8("kernel_cmdline: quiet rd.break");
    assertThat(shells(8, said, Bytes.utf8("quiet"))).isEmpty();
    assertThat(shells(9, said, Bytes.utf8("quiet rd.break"))).isEmpty();
  }

  /**
   * What a device sent counts only as far as its quote proves it; a value that is not zero does.
   */
  @Test
  void ofADevicesLogOnlyThatIsReadWhichTheQuotedValuesProve() {
    Bytes line = Bytes.copyOf("quiet rd.break\0".getBytes(StandardCharsets.UTF_16LE));
    Replay boot = boot(new LogWriter().specId(LogHash.SHA256).measured(12, EventType.IPL, line));
    LogAgainstQuote proven = LogAgainstQuote.of(boot, boot.values());
    assertThat(BaselineLint.boot(proven, Set.of(11)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.MEASURED_BUT_OPEN, BaselineLint.Code.INITRD_SHELL);

    LogAgainstQuote other = LogAgainstQuote.of(boot, Map.of(12, line.sha256(), 13, line.sha256()));
    assertThat(BaselineLint.boot(other, Set.of(11)))
        .extracting(BaselineLint.Warning::code)
        .containsExactly(BaselineLint.Code.MEASURED_BUT_OPEN, BaselineLint.Code.MEASURED_BUT_OPEN);
    LogAgainstQuote zero = LogAgainstQuote.of(boot, Map.of(12, Bytes.zeros(32)));
    assertThat(BaselineLint.boot(zero, Set.of(11))).isEmpty();
  }

  @Test
  void aWordOfTheDevicesIsToldWithoutControlCharacters() {
    assertThat(BaselineLint.commandLine("init=\u001b[2J\u202e/bin/sh"))
        .extracting(BaselineLint.Warning::text)
        .singleElement()
        .asString()
        .contains("init=?[2J?/bin/sh");
  }

  private static List<String> shells(int pcr, Bytes data, Bytes measured) {
    LogWriter log = new LogWriter().specId(LogHash.SHA256);
    log.event(pcr, EventType.IPL.id(), LogHash.SHA256, measured.sha256(), data);
    return BaselineLint.boot(boot(log), Set.of(8, 9, 11, 12)).stream()
        .filter(warning -> warning.code() == BaselineLint.Code.INITRD_SHELL)
        .map(BaselineLint.Warning::text)
        .toList();
  }

  private static Replay boot(LogWriter log) {
    return EventLog.parse(log.toBytes()).replay(LogHash.SHA256);
  }

  /** must-fail 34: rd.break, systemd.debug-shell and their like. */
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
