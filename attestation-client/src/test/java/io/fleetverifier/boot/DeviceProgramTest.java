// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.boot.BootedDevice.Result;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.testing.Cryptsetup;
import io.fleetverifier.tpm.TpmHandles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands beside unlocking, and the program as a process. */
class DeviceProgramTest {

  @TempDir Path folder;
  private BootedDevice device;

  @BeforeEach
  void boot() throws IOException {
    device = new BootedDevice(folder);
  }

  @AfterEach
  void powerOff() {
    device.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "format",
        "unlock",
        "unlock root",
        "unlock root=",
        "unlock =/dev/sda3",
        "unlock Root=/dev/sda3",
        "unlock ro/ot=/dev/sda3",
        "unlock ../root=/dev/sda3",
        "unlock root=/dev/sda3 root=/dev/sda4",
        "unlock root=/dev/sda3 data=/dev/sda4",
        "unlock root=/dev/sda3 data=/dev/sda4 --out keys --header-out header",
        "unlock root=/dev/sda3 --deadline soon",
        "unlock root=/dev/sda3 --deadline -1",
        "unlock root=/dev/sda3 --deadline 1 --deadline 2",
        "unlock root=/dev/sda3 --out",
        "unlock root=/dev/sda3 --force yes",
        "provision",
        "provision root data",
        "provision ../root",
        "confirm",
        "confirm root",
        "close now",
        "abandon ship",
        "enrol shop-17",
        "enrol --name no/name",
        "enrol --out keys",
      })
  void whatWasTypedWronglyIsRefusedAndTouchesNothing(String typed) {
    List<String> words = typed.isEmpty() ? List.of() : List.of(typed.split(" "));
    Result result =
        words.isEmpty() ? device.runExactly(words) : device.run(words.toArray(String[]::new));
    assertThat(result.exit()).isEqualTo(ExitCode.LOCAL);
    assertThat(result.err()).contains("USAGE:");
    assertThat(result.out()).isEqualTo(Bytes.EMPTY);
    assertThat(device.server().requests()).isEmpty();
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void helpNamesEachCommand() {
    Result help = device.runExactly(List.of("help"));
    assertThat(help.exit()).isEqualTo(ExitCode.OK);
    for (Command command : Command.values()) {
      assertThat(help.text()).contains(command.usage());
    }
  }

  @Test
  void exitCodesAreThoseThatScriptsKnow() {
    assertThat(List.of(ExitCode.values()).stream().map(ExitCode::number))
        .containsExactly(0, 1, 10, 11, 12, 13, 14, 15);
  }

  @Test
  void enrolTellsTheDeviceIdAloneOnStandardOutput() {
    Result result = device.run("enrol");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.text()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n");
    assertThat(result.err()).contains("ENROLLED").contains("EK code");
  }

  @Test
  void anEnrolmentThatAwaitsApprovalEndsWithTenAndShowsTheEkCode() {
    device.holdEnrolments();
    Result result = device.run("enrol");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("PENDING:").containsPattern("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}");
    assertThat(device.waits()).isEmpty();
  }

  @Test
  void withADeadlineAnEnrolmentWaitsForItsApproval() {
    device.holdEnrolments();
    device.whileWaiting(device::answerHonestly);
    Result result = device.run("enrol", "--deadline", "3600");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(device.waits()).hasSize(1);
  }

  @Test
  void aJoinTokenIsNeverShown() throws IOException {
    Path token = folder.resolve("token");
    Files.writeString(token, "fvj_very-secret\n");
    Result result = device.run("enrol", "--join-token-file", token.toString());
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.err() + result.text()).doesNotContain("very-secret");
    Files.writeString(token, "very-secret");
    Result wrong = device.run("enrol", "--join-token-file", token.toString());
    assertThat(wrong.exit()).isEqualTo(ExitCode.LOCAL);
    assertThat(wrong.err()).doesNotContain("very-secret");
  }

  @Test
  void aTpmWhoseEndorsementHierarchyHasAPasswordEndsWithThirteen() {
    device.tpm().setHierarchyPassword(TpmHandles.ENDORSEMENT, "vendor");
    Result result = device.run("enrol", "--deadline", "60");
    assertThat(result.exit()).isEqualTo(ExitCode.TPM);
    assertThat(result.err()).contains("ENDORSEMENT_PASSWORD:");
  }

  @Test
  void provisionGivesAKeyAndConfirmTellsTheVolumeMadeWithIt() throws IOException {
    device.enrol();
    Result key = device.run("provision", "root");
    assertThat(key.exit()).as(key.err()).isEqualTo(ExitCode.OK);
    assertThat(key.text()).hasSize(43).doesNotContain("\n");
    assertThat(key.err()).doesNotContain(key.text());
    Path disk = folder.resolve("root.img");
    Cryptsetup.format(disk, key.text());
    assertThat(device.run("confirm", "root=" + disk).exit()).isEqualTo(ExitCode.OK);
    assertThat(device.run("report", "root=" + disk).exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void aReportOfAnUntrustedSystemEndsWithElevenAtOnce() {
    device.enrol();
    device.distrust("PCR_MISMATCH");
    Result result = device.run("report");
    assertThat(result.exit()).isEqualTo(ExitCode.UNTRUSTED);
    assertThat(device.waits()).isEmpty();
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void doctorFindsNothingWrongAndChangesNothing() {
    device.enrol();
    Result result = device.run("doctor");
    assertThat(result.exit()).as(result.text()).isEqualTo(ExitCode.OK);
    assertThat(result.text()).contains("ek code").contains("ok    server").doesNotContain("FAIL");
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void doctorEndsWithWhatFailedFirst() throws IOException {
    device.enrol();
    device.server().close();
    assertThat(device.run("doctor").exit()).isEqualTo(ExitCode.UNREACHABLE);
    device.tpm().powerCut();
    assertThat(device.run("doctor").exit()).isEqualTo(ExitCode.TPM);
  }

  @Test
  void closeClosesThePhaseOnceABoot() {
    assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isEqualTo(1);
    assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isEqualTo(1);
    device.reboot();
    assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  /** must-fail 34: whoever writes the note, of whatever value, keeps nothing open by it. */
  @Test
  void aForgedNoteDoesNotKeepThePhaseOpen() throws IOException {
    Path note = Files.createDirectory(folder.resolve("run")).resolve("phase-closed");
    Bytes open = device.phaseValue();
    Bytes closed = Bytes.concat(open, Bytes.utf8("leave-initrd").sha256()).sha256();
    for (Bytes forged : List.of(Bytes.EMPTY, Bytes.zeros(32), open, closed, Bytes.zeros(1 << 20))) {
      Files.write(note, forged.toArray());
      assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
      assertThat(device.timesClosed()).isEqualTo(1);
      device.reboot();
    }
  }

  @Test
  void aNoteThatCannotBeWrittenDoesNotKeepThePhaseOpen() throws IOException {
    Files.writeString(folder.resolve("run"), "a file in the way of the folder");
    assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  /** The TPM has measured, and then its answer is lost: not even then is it done twice. */
  @Test
  void aLostAnswerOfTheTpmDoesNotCloseThePhaseTwice() throws IOException {
    AtomicBoolean lost = new AtomicBoolean();
    try (TpmProxy proxy =
        new TpmProxy(
            device.tpm().transport(),
            (command, honest) ->
                isPcrEvent(command) && lost.compareAndSet(false, true)
                    ? Bytes.fromHex("80010000000a00000101")
                    : honest)) {
      device.configure(device.configuration().replace(device.tpm().address(), proxy.address()));
      assertThat(device.run("close").exit()).isEqualTo(ExitCode.OK);
    }
    assertThat(lost).isTrue();
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  private static boolean isPcrEvent(Bytes command) {
    return command.slice(6, 10).equals(Bytes.fromHex("0000013c"));
  }

  /** must-fail 34: a disk that does not open though the key is there, then a rescue shell. */
  @Test
  void abandonClosesThePhaseAlsoWhereTheSystemMarksThePhases() throws IOException {
    device.configure(device.configuration() + "phases = system\n");
    Result result = device.run("abandon");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("CLOSED");
    assertThat(device.timesClosed()).isEqualTo(1);
    assertThat(device.run("abandon").exit()).isEqualTo(ExitCode.OK);
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  @Test
  void abandonOnASilentTpmDoesNotPretend() {
    device.tpm().powerCut();
    Result result = device.run("abandon");
    assertThat(result.exit()).isEqualTo(ExitCode.TPM);
    assertThat(result.err()).contains("PHASE_OPEN:");
  }

  @Test
  void closeMeasuresNothingWhereTheSystemMarksThePhases() throws IOException {
    device.configure(device.configuration() + "phases = system\n");
    Result result = device.run("close");
    assertThat(result.exit()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("LEFT_TO_THE_SYSTEM");
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void closeOnASilentTpmDoesNotPretend() {
    device.tpm().powerCut();
    Result result = device.run("close");
    assertThat(result.exit()).isEqualTo(ExitCode.TPM);
    assertThat(result.err()).contains("PHASE_OPEN:");
  }

  @Test
  void aProcessThatIsTerminatedWhileItWaitsClosesThePhase() throws Exception {
    device.enrol();
    device.distrust("NO_BASELINE");
    Path disk = folder.resolve("root.img");
    Cryptsetup.format(disk, "any");
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.fleetverifier.boot.Main",
                "unlock",
                "root=" + disk,
                "--config",
                device.configFile().toString())
            .redirectOutput(out.toFile())
            .start();
    try {
      String line = process.errorReader().readLine();
      assertThat(line).contains("NO_BASELINE").contains("Next try in");
      // By its handle: Process.destroy would close the stream that is read here.
      process.toHandle().destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
      assertThat(out).isEmptyFile();
      assertThat(device.timesClosed()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }
}
