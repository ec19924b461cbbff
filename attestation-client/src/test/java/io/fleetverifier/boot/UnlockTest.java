// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.boot.BootedDevice.Result;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.Passphrase;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.Release.SealedSecret;
import io.fleetverifier.testing.Cryptsetup;
import io.fleetverifier.testing.TestCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unlocking ends with a passphrase delivered, or with the phase closed. */
class UnlockTest {

  @TempDir Path folder;
  private BootedDevice device;
  private Path disk;

  @BeforeEach
  void boot() throws IOException {
    device = new BootedDevice(folder);
    device.enrol();
    disk = folder.resolve("root.img");
    Cryptsetup.format(disk, passphrase("root"));
  }

  @AfterEach
  void powerOff() {
    device.close();
  }

  /** What the server's secret of a volume is as a passphrase. */
  private String passphrase(String volume) {
    try (SecretBytes characters = Passphrase.of(device.server().secret(volume))) {
      return new String(characters.revealBytes(), StandardCharsets.US_ASCII);
    }
  }

  private Result unlock(String... options) {
    List<String> all = new ArrayList<>(List.of("unlock", "root=" + disk));
    all.addAll(List.of(options));
    return device.run(all.toArray(String[]::new));
  }

  private void endsClosed(Result result, ExitCode exit, String code) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err()).contains(code + ":");
    assertThat(result.out()).isEqualTo(Bytes.EMPTY);
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  @Test
  void thePassphraseIsAloneOnStandardOutputAndThePhaseStaysOpen() {
    Result result = unlock();
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.text()).isEqualTo(passphrase("root")).hasSize(43).doesNotContain("\n");
    assertThat(result.err()).contains("RELEASED").doesNotContain(passphrase("root"));
    device.tellToEnd();
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void theHeaderWrittenIsTheOnePinnedAndOpensTheDisk() throws IOException, LuksException {
    Path copy = folder.resolve("root.header");
    Result result = unlock("--header-out", copy.toString());
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(LuksHeader.read(copy).pin()).isEqualTo(LuksHeader.read(disk).pin());
    assertThat(Cryptsetup.opens(disk, copy, result.text())).isTrue();
    assertThat(Cryptsetup.opens(disk, copy, "another" + result.text())).isFalse();
  }

  @Test
  void severalPassphrasesGoIntoFilesOnlyForTheirOwner() throws IOException {
    Path data = folder.resolve("data.img");
    Cryptsetup.format(data, passphrase("data"));
    Path keys = folder.resolve("keys");
    Result result = device.run("unlock", "root=" + disk, "data=" + data, "--out", keys.toString());
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).isEqualTo(Bytes.EMPTY);
    assertThat(mode(keys)).isEqualTo("rwx------");
    for (String volume : List.of("root", "data")) {
      assertThat(keys.resolve(volume + ".key")).hasContent(passphrase(volume)).hasSize(43);
      assertThat(mode(keys.resolve(volume + ".key"))).isEqualTo("rw-------");
      assertThat(mode(keys.resolve(volume + ".header"))).isEqualTo("rw-------");
      assertThat(result.err()).doesNotContain(passphrase(volume));
    }
    try (var files = Files.list(keys)) {
      assertThat(files).hasSize(4);
    }
    assertThat(
            Cryptsetup.opens(
                data, keys.resolve("data.header"), Files.readString(keys.resolve("data.key"))))
        .isTrue();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aFolderThatOthersCanEnterGetsNothing() throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxr-x---"));
    endsClosed(unlock("--out", keys.toString()), ExitCode.LOCAL, "OUTPUT");
    assertThat(keys).isEmptyDirectory();
  }

  @Test
  void aPassphraseThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path keys =
        Files.createDirectory(
            folder.resolve("keys"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectories(keys.resolve("root.key").resolve("in-the-way"));
    Result result = device.run("unlock", "root=" + disk, "--out", keys.toString());
    assertThat(result.exit()).isEqualTo(ExitCode.LOCAL);
    assertThat(keys.resolve("root.header")).doesNotExist();
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  @Test
  void theDeadlineOfAnUntrustedBootClosesThePhase() {
    device.distrust("PCR_MISMATCH");
    Result result = unlock("--deadline", "7200");
    endsClosed(result, ExitCode.UNTRUSTED, "PCR_MISMATCH");
    assertThat(device.waits().stream().reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(Duration.ofHours(2));
    assertThat(result.err()).contains("Next try in").endsWith("Given up.\n");
  }

  @Test
  void aFailedUnlockClosesThePhaseAlsoWhereTheSystemMarksPhases() throws IOException {
    device.configure(device.configuration() + "phases = system\n");
    device.distrust("PCR_MISMATCH");
    endsClosed(unlock("--deadline", "60"), ExitCode.UNTRUSTED, "PCR_MISMATCH");
  }

  @Test
  void whatWasRefusedIsTriedAgainAndMayStillSucceed() {
    device.distrust("NO_BASELINE");
    device.whileWaiting(() -> device.server().changeAnswers(UnaryOperator.identity()));
    Result result = unlock();
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.text()).isEqualTo(passphrase("root"));
    assertThat(device.timesClosed()).isZero();
  }

  @Test
  void aDeviceThatTheServerDoesNotKnowEndsWithTen() {
    device.refuse(403, "not-enrolled");
    endsClosed(unlock("--deadline", "60"), ExitCode.REFUSED, "not-enrolled");
  }

  @Test
  void aSignatureThatTheServerDoesNotRecogniseEndsWithEleven() {
    device.refuse(403, "unverifiable");
    endsClosed(unlock("--deadline", "60"), ExitCode.UNTRUSTED, "unverifiable");
  }

  @Test
  void aServerThatIsAwayEndsWithTwelve() {
    device.server().close();
    endsClosed(unlock("--deadline", "60"), ExitCode.UNREACHABLE, "SERVER_UNREACHABLE");
  }

  @Test
  void aServerOfAnotherAuthorityEndsWithFourteen() throws IOException {
    var stranger = TestCa.root("stranger", TestCa.Validity.now());
    Files.writeString(device.caFile(), BootedDevice.pem(stranger.certificate()));
    endsClosed(unlock("--deadline", "60"), ExitCode.TLS, "TLS_REFUSED");
  }

  @Test
  void aReleaseThatWasChangedOnItsWayOpensNothing() {
    device
        .server()
        .changeAnswers(honest ->
            new AttestationAnswer(
                honest.protocol(),
                honest.verdict(),
                honest.reasons(),
                honest.nextAttestationAfter(),
                honest.rebootAfter(),
                Bytes.concat(Objects.requireNonNull(honest.release()), Bytes.utf8(" ")),
                honest.releaseSignature()));
    endsClosed(unlock("--deadline", "60"), ExitCode.UNTRUSTED, "RELEASE_REFUSED");
  }

  @Test
  void aRebootIsWaitedForWithThePhaseClosed() {
    device.requireReboot(90);
    device.whileWaiting(() -> assertThat(device.timesClosed()).isEqualTo(1));
    endsClosed(unlock(), ExitCode.REBOOT, "REBOOT_REQUIRED");
    assertThat(device.waits()).containsExactly(Duration.ofSeconds(90));
  }

  @Test
  void theDeadlineAlsoEndsTheWaitForAReboot() {
    device.requireReboot(90);
    endsClosed(unlock("--deadline", "20"), ExitCode.REBOOT, "REBOOT_REQUIRED");
    assertThat(device.waits()).containsExactly(Duration.ofSeconds(20));
  }

  @Test
  void aTpmThatCannotImportEndsAtOnceWithThirteen() throws IOException {
    Bytes askedForImport = Bytes.fromHex("8001000000160000017a0000000200000156" + "00000001");
    Bytes hasOnlyLoad = Bytes.fromHex("80010000001700000000010000000200000001" + "04000157");
    try (TpmProxy proxy =
        new TpmProxy(
            device.tpm().transport(),
            (command, honest) -> command.equals(askedForImport) ? hasOnlyLoad : honest)) {
      device.configure(device.configuration().replace(device.tpm().address(), proxy.address()));
      endsClosed(unlock(), ExitCode.TPM, "RELEASE_UNSUPPORTED");
      assertThat(device.waits()).isEmpty();
    }
  }

  @Test
  void aTpmThatIsSilentEndsWithThirteenAndSaysThatThePhaseIsOpen() {
    device.tpm().powerCut();
    Result result = unlock("--deadline", "60");
    assertThat(result.exit()).isEqualTo(ExitCode.TPM);
    assertThat(result.err()).contains("TPM_SILENT:").contains("PHASE_OPEN:");
  }

  @Test
  void aDiskThatIsNoVolumeEndsWithOne() throws IOException {
    Files.write(disk, new byte[1 << 20]);
    endsClosed(unlock("--deadline", "60"), ExitCode.LOCAL, "VOLUME_REFUSED");
  }

  @Test
  void aDiskThatIsMissingEndsWithOne() throws IOException {
    Files.delete(disk);
    endsClosed(unlock("--deadline", "60"), ExitCode.LOCAL, "VOLUME_MISSING");
  }

  @Test
  void aConfigurationWithoutPinsClosesThePhaseOfTheTpmItNames() throws IOException {
    device.configure("tpm = " + device.tpm().address() + "\nrun-dir = run\n");
    endsClosed(unlock(), ExitCode.LOCAL, "CONFIG_WRONG");
  }

  @Test
  void aFaultOfTheProgramClosesThePhase() {
    device.distrust("NO_BASELINE");
    device.whileWaiting(() -> {
      throw new IllegalStateException("a fault");
    });
    endsClosed(unlock(), ExitCode.LOCAL, "FAULT");
  }

  @Test
  void evenAnErrorOfTheMachineClosesThePhase() {
    device.distrust("NO_BASELINE");
    device.whileWaiting(() -> {
      throw new OutOfMemoryError("planted");
    });
    assertThatThrownBy(this::unlock).isInstanceOf(OutOfMemoryError.class);
    assertThat(device.timesClosed()).isEqualTo(1);
  }

  @Test
  void aShutdownInTheWaitClosesThePhaseAndALateReleaseIsNotHandedOver() {
    device.distrust("NO_BASELINE");
    device.whileWaiting(() -> {
      device.tellToEnd();
      device.server().changeAnswers(UnaryOperator.identity());
    });
    endsClosed(unlock(), ExitCode.LOCAL, "INTERRUPTED");
  }

  @Test
  void aReleaseForAVolumeNeverAskedForIsNoSuccess() {
    device.server().changeReleases(honest -> with(honest, renamed(honest, "other")));
    endsClosed(unlock("--deadline", "60"), ExitCode.UNTRUSTED, "RELEASE_REFUSED");
  }

  @Test
  void aReleaseThatLacksAVolumeIsNoSuccess() throws IOException {
    Path data = folder.resolve("data.img");
    Cryptsetup.format(data, passphrase("data"));
    device.server().changeReleases(honest -> with(honest, List.of(honest.secrets().get(0))));
    Path keys = folder.resolve("keys");
    Result result =
        device.run(
            "unlock", "root=" + disk, "data=" + data, "--out", keys.toString(), "--deadline", "60");
    endsClosed(result, ExitCode.REFUSED, "NOT_RELEASED");
    assertThat(keys).isEmptyDirectory();
  }

  private static List<SealedSecret> renamed(Release release, String volume) {
    SealedSecret first = release.secrets().get(0);
    return List.of(new SealedSecret(volume, first.id(), first.version(), first.ciphertext()));
  }

  private static Release with(Release release, List<SealedSecret> secrets) {
    return new Release(
        release.form(),
        release.deviceId(),
        release.ekTemplate(),
        release.ekName(),
        release.bank(),
        release.pcrs(),
        release.objectPublic(),
        release.duplicate(),
        release.inSymSeed(),
        release.oneTimeKey(),
        secrets);
  }
}
