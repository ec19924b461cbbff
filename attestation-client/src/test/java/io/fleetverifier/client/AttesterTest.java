// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static io.fleetverifier.client.TpmFixture.assertNoFailedTriesCountedIn;
import static io.fleetverifier.client.TpmFixture.assertNothingLeftIn;
import static io.fleetverifier.client.TpmFixture.tpm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.testing.HttpsTestServer.Answer;
import io.fleetverifier.testing.RecordingTransport;
import io.fleetverifier.testing.ReferenceServer;
import io.fleetverifier.testing.ScriptedTransport;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.testing.SwtpmCa;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device with a software TPM against a server that can be honest or not. */
class AttesterTest {

  private static final Map<String, Bytes> ROOT = Map.of("root", Bytes.utf8("pin").sha256());

  @TempDir Path folder;
  private Swtpm swtpm;
  private ReferenceServer server;
  private AttestationServer connection;
  private final List<RecordingTransport> buses = new ArrayList<>();
  private BootLogs logs = BootLogs.none();

  @BeforeEach
  void start() {
    swtpm = Swtpm.start(folder.resolve("tpm"));
    server = ReferenceServer.start();
    connection = new AttestationServer(server.pins());
    swtpm.extend(11, Bytes.utf8("enter-initrd"));
  }

  @AfterEach
  void stopWithNothingLeft() {
    try {
      assertNothingLeftIn(swtpm);
      assertNoFailedTriesCountedIn(swtpm);
    } finally {
      connection.close();
      server.close();
      swtpm.close();
    }
  }

  private Attester device() {
    return device(swtpm, server.pins());
  }

  private Attester device(Swtpm machine, Pins pins) {
    return new Attester(
        () -> {
          RecordingTransport bus = new RecordingTransport(machine.transport());
          buses.add(bus);
          return tpm(bus);
        },
        connection,
        pins,
        logs,
        new SecureRandom());
  }

  private Attester enrolled() {
    Attester device = device();
    device.enrol("shop-17", null);
    return device;
  }

  private static Claims claims(AttestationRequest request) {
    return WireJson.lenient().readValue(request.claims().toArray(), Claims.class);
  }

  private AttestationRequest lastEvidence() {
    return server.evidence().get(server.evidence().size() - 1);
  }

  @Test
  void aDeviceEnrolsByProvingEachOfItsKeys() {
    EnrolmentResult result = device().enrol("shop-17", "fvj_token");
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(result.ekCode()).matches("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}");
    assertThat(device().enrol("shop-17", null).ekCode()).isEqualTo(result.ekCode());
  }

  @Test
  void aCertifiedDeviceProvesItsCertifiedKeysToo() {
    SwtpmCa vendor = SwtpmCa.in(folder.resolve("vendor"));
    try (Swtpm certified = Swtpm.startWithEkCertificates(folder.resolve("certified"), vendor)) {
      Attester device = device(certified, server.pins());
      assertThat(device.enrol("shop-18", null).state()).isEqualTo(EnrolmentState.ENROLLED);
      server.sealTo(EkTemplate.H3);
      assertReleases(device);
      assertNothingLeftIn(certified);
    }
  }

  private void assertReleases(Attester device) {
    try (Outcome outcome = device.unlock(ROOT)) {
      assertThat(outcome.isTrusted()).isTrue();
      assertThat(outcome.secrets().keySet()).containsExactly("root");
      assertThat(only(outcome).constantTimeEquals(server.secret("root"))).isTrue();
    }
  }

  private static SecretBytes only(Outcome outcome) {
    return outcome.secrets().values().iterator().next();
  }

  @Test
  void aTrustedDeviceOpensTheSecretReleasedToIt() {
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.L2)) {
      server.sealTo(template);
      assertReleases(enrolled());
    }
  }

  /** must-fail 23: somebody listens between processor and TPM. */
  @Test
  void neitherSecretNorPassphraseEverCrossesTheBusOfTheTpm() {
    Attester device = enrolled();
    assertReleases(device);
    byte[] secret = server.secret("root").revealBytes();
    try (SecretBytes passphrase = Passphrase.of(server.secret("root"))) {
      assertThat(buses).hasSizeGreaterThan(3);
      assertThat(buses).noneMatch(bus -> bus.heard(secret));
      assertThat(buses).noneMatch(bus -> bus.heard(passphrase.revealBytes()));
    }
  }

  @Test
  void severalVolumesComeWithOneReleaseAndOneImport() {
    Attester device = enrolled();
    buses.clear();
    Map<String, Bytes> pins =
        Map.of("root", Bytes.zeros(32), "data", Bytes.zeros(32), "var-log", Bytes.zeros(32));
    try (Outcome outcome = device.unlock(pins)) {
      assertThat(outcome.secrets().keySet()).containsExactlyInAnyOrder("root", "data", "var-log");
      outcome
          .secrets()
          .forEach((volume, secret) ->
              assertThat(secret.constantTimeEquals(server.secret(volume))).as(volume).isTrue());
    }
    long imports =
        buses.stream()
            .flatMap(bus -> bus.messages().stream())
            .filter(message -> message.slice(6, 10).equals(Bytes.u32(0x156)))
            .count();
    assertThat(imports).isEqualTo(1);
  }

  @Test
  void closingAnOutcomeWipesItsSecrets() {
    Outcome outcome = enrolled().unlock(ROOT);
    outcome.close();
    assertThatThrownBy(() -> only(outcome).revealBytes()).isInstanceOf(IllegalStateException.class);
    assertThat(outcome.toString()).contains("SecretBytes[32]");
  }

  @Test
  void theClaimsSayWhatTheDeviceIsAndWants() throws Exception {
    Path log = folder.resolve("log");
    Files.write(log, Bytes.utf8("boot log").toArray());
    logs = BootLogs.of(Map.of(LogType.TCG_BOOT, log));
    enrolled().unlock(ROOT).close();
    Claims claims = claims(lastEvidence());
    assertThat(claims.purpose()).isEqualTo(Purpose.UNLOCK);
    assertThat(claims.wanted()).containsExactly("root");
    assertThat(claims.volumes())
        .containsExactly(new Claims.VolumePin("root", Bytes.utf8("pin").sha256()));
    assertThat(claims.srkName()).isEqualTo(tpm(swtpm).srkName().orElseThrow().value());
    assertThat(claims.answerKeys()).containsExactly(server.answerPoint().sha256());
    assertThat(claims.client()).startsWith("fleet-verifier/");
    assertThat(claims.logs())
        .containsExactly(new Claims.LogDigest(LogType.TCG_BOOT, Bytes.utf8("boot log").sha256()));
    assertThat(lastEvidence().logs())
        .containsExactly(new AttestationRequest.Log(LogType.TCG_BOOT, Bytes.utf8("boot log")));
    assertThat(lastEvidence().pcrValues()).hasSize(15);
  }

  @Test
  void theSrkNameIsLeftOutWhenTheOwnerHasAPassword() {
    swtpm.setHierarchyPassword(TpmHandles.OWNER, "secret");
    enrolled().report(Map.of()).close();
    assertThat(claims(lastEvidence()).srkName()).isNull();
  }

  @Test
  void eachAttestationHasAReleaseKeyOfItsOwnAndAReportNone() {
    Attester device = enrolled();
    device.unlock(ROOT).close();
    Bytes first = claims(lastEvidence()).releaseKey();
    device.unlock(ROOT).close();
    assertThat(claims(lastEvidence()).releaseKey()).isNotNull().isNotEqualTo(first);
    device.report(ROOT).close();
    assertThat(claims(lastEvidence()).releaseKey()).isNull();
  }

  @Test
  void provisioningAsksForSecretsAndThenTellsPins() {
    Attester device = enrolled();
    try (Outcome outcome = device.provision(List.of("root"))) {
      assertThat(outcome.secrets()).containsOnlyKeys("root");
      assertThat(claims(lastEvidence()).purpose()).isEqualTo(Purpose.PROVISION);
      assertThat(claims(lastEvidence()).volumes()).isEmpty();
    }
    try (Outcome outcome = device.confirm(ROOT)) {
      assertThat(outcome.secrets()).isEmpty();
      assertThat(claims(lastEvidence()).wanted()).isEmpty();
      assertThat(claims(lastEvidence()).volumes()).hasSize(1);
    }
  }

  @Test
  void nothingIsOpenInTheTpmWhileTheServerIsAsked() {
    List<String> paths = new ArrayList<>();
    server.changeMessages((path, answer) -> {
      assertNothingLeftIn(swtpm);
      paths.add(path);
      return answer;
    });
    enrolled().unlock(ROOT).close();
    assertThat(paths)
        .containsExactly("enrolments", "enrolments/proof", "challenges", "attestations");
  }

  @Test
  void anUntrustedDeviceLearnsWhyAndWhenToRebootAndGetsNothing() {
    server.changeAnswers(answer ->
        new AttestationAnswer(
            1,
            DeviceVerdict.UNTRUSTED,
            List.of("PCR_MISMATCH", "REBOOT_REQUIRED"),
            600,
            60,
            null,
            null));
    try (Outcome outcome = enrolled().unlock(ROOT)) {
      assertThat(outcome.isTrusted()).isFalse();
      assertThat(outcome.reasons()).containsExactly("PCR_MISMATCH", "REBOOT_REQUIRED");
      assertThat(outcome.nextAttestationAfter()).isEqualTo(Duration.ofMinutes(10));
      assertThat(outcome.rebootAfter()).contains(Duration.ofMinutes(1));
      assertThat(outcome.secrets()).isEmpty();
    }
  }

  private void assertNothingOpens(String why) {
    Attester device = enrolled();
    assertThatThrownBy(() -> device.unlock(ROOT).close())
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining(why);
    assertNothingLeftIn(swtpm);
  }

  private void assertNothingReachesTheTpmBecause(String why) {
    Attester device = enrolled();
    buses.clear();
    assertThatThrownBy(() -> device.unlock(ROOT).close())
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining(why);
    assertThat(buses)
        .noneMatch(
            bus -> bus.messages().stream().anyMatch(m -> m.slice(6, 10).equals(Bytes.u32(0x156))));
  }

  /** must-fail 35: the attacker's own server hands out a secret for a disk of his own. */
  @Test
  void aReleaseSignedByAnUnpinnedKeyIsNotLookedAt() {
    try (ReferenceServer thief = ReferenceServer.start()) {
      server.changeAnswers(answer -> signedAs(answer, thief.answerPoint().sha256()));
      assertNothingReachesTheTpmBecause("no pinned answer key");
    }
  }

  private static AttestationAnswer signedAs(AttestationAnswer answer, Bytes keyId) {
    return withSignature(answer, new ReleaseSignature(keyId, signature(answer).signature()));
  }

  private static ReleaseSignature signature(AttestationAnswer answer) {
    ReleaseSignature signature = answer.releaseSignature();
    if (signature == null) {
      throw new AssertionError("no signature");
    }
    return signature;
  }

  private static AttestationAnswer withSignature(
      AttestationAnswer answer, ReleaseSignature signature) {
    return new AttestationAnswer(
        answer.protocol(),
        answer.verdict(),
        answer.reasons(),
        answer.nextAttestationAfter(),
        answer.rebootAfter(),
        answer.release(),
        signature);
  }

  /** must-fail 35: an answer is changed on its way. */
  @Test
  void aReleaseChangedAfterItWasSignedIsNotLookedAt() {
    server.changeAnswers(answer -> withRelease(answer, release -> Flip.bit(release, 60)));
    assertNothingReachesTheTpmBecause("the signature is not over this release");
    server.changeAnswers(answer -> withRelease(answer, r -> Bytes.concat(r, Bytes.utf8(" "))));
    assertNothingReachesTheTpmBecause("the signature is not over this release");
    server.changeAnswers(answer ->
        withSignature(
            answer,
            new ReleaseSignature(
                signature(answer).keyId(), Flip.bit(signature(answer).signature(), 40))));
    assertNothingReachesTheTpmBecause("the signature is not over this release");
  }

  private static AttestationAnswer withRelease(
      AttestationAnswer answer, UnaryOperator<Bytes> change) {
    Bytes release = answer.release();
    if (release == null) {
      throw new AssertionError("no release");
    }
    return new AttestationAnswer(
        answer.protocol(),
        answer.verdict(),
        answer.reasons(),
        answer.nextAttestationAfter(),
        answer.rebootAfter(),
        change.apply(release),
        answer.releaseSignature());
  }

  /** must-fail 38: an answer is recorded and played back. */
  @Test
  void anAnswerToAnotherChallengeIsNotLookedAt() {
    List<AttestationAnswer> answers = new ArrayList<>();
    server.changeAnswers(answer -> {
      answers.add(answer);
      return answers.get(0);
    });
    Attester device = enrolled();
    device.unlock(ROOT).close();
    assertThatThrownBy(() -> device.unlock(ROOT).close())
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining("for this challenge");
  }

  @Test
  void aReleaseWithAnUntrustedVerdictIsNotOpened() {
    server.changeAnswers(answer ->
        new AttestationAnswer(
            1,
            DeviceVerdict.UNTRUSTED,
            List.of(),
            60,
            null,
            answer.release(),
            answer.releaseSignature()));
    assertNothingReachesTheTpmBecause("untrusted");
  }

  @Test
  void aReleaseThatDoesNotBindTheBootPhaseIsRefused() {
    server.bindReleasesTo(List.of(0, 2, 4, 7));
    assertNothingReachesTheTpmBecause("other PCRs");
  }

  @Test
  void aReleaseThatBindsWhatWasNotQuotedIsRefused() {
    server.changeReleases(release -> withPcrs(release, List.of(10, 11)));
    assertNothingReachesTheTpmBecause("other PCRs");
  }

  @Test
  void aReleaseThatNamesOtherPcrsThanItWasSealedToDoesNotOpen() {
    server.changeReleases(release -> withPcrs(release, List.of(11)));
    assertNothingOpens("TPM2_Unseal answered 0x99d");
  }

  private static Release withPcrs(Release release, List<Integer> pcrs) {
    return new Release(
        release.form(),
        release.deviceId(),
        release.ekTemplate(),
        release.ekName(),
        release.bank(),
        pcrs,
        release.objectPublic(),
        release.duplicate(),
        release.inSymSeed(),
        release.oneTimeKey(),
        release.secrets());
  }

  private static Release withEk(Release release, String template, Bytes name) {
    return new Release(
        release.form(),
        release.deviceId(),
        template,
        name,
        release.bank(),
        release.pcrs(),
        release.objectPublic(),
        release.duplicate(),
        release.inSymSeed(),
        release.oneTimeKey(),
        release.secrets());
  }

  @Test
  void aReleaseForAnEkOfAnotherTpmIsRefused() {
    server.changeReleases(
        release -> withEk(release, "L-2", Bytes.concat(Bytes.u16(0x000b), Bytes.zeros(32))));
    assertNothingReachesTheTpmBecause("another TPM");
  }

  @Test
  void aReleaseOfAnUnknownTemplateOrAMisshapenNameIsRefused() {
    server.changeReleases(release -> withEk(release, "X-9", release.ekName()));
    assertNothingReachesTheTpmBecause("unknown EK template");
    server.changeReleases(release -> withEk(release, "L-2", Bytes.zeros(34)));
    assertNothingReachesTheTpmBecause("names no endorsement key");
  }

  private static Release withSecrets(
      Release release, UUID device, Bytes oneTimeKey, List<Release.SealedSecret> secrets) {
    return new Release(
        release.form(),
        device,
        release.ekTemplate(),
        release.ekName(),
        release.bank(),
        release.pcrs(),
        release.objectPublic(),
        release.duplicate(),
        release.inSymSeed(),
        oneTimeKey,
        secrets);
  }

  @Test
  void aSecretOfAVolumeThatWasNotAskedForIsRefused() {
    server.changeReleases(release ->
        withSecrets(
            release,
            release.deviceId(),
            release.oneTimeKey(),
            List.of(renamed(release.secrets().get(0), "other"))));
    assertNothingReachesTheTpmBecause("not asked for");
    server.changeReleases(release ->
        withSecrets(
            release,
            release.deviceId(),
            release.oneTimeKey(),
            List.of(release.secrets().get(0), release.secrets().get(0))));
    assertNothingReachesTheTpmBecause("not asked for");
  }

  private static Release.SealedSecret renamed(Release.SealedSecret secret, String volume) {
    return new Release.SealedSecret(volume, secret.id(), secret.version(), secret.ciphertext());
  }

  @Test
  void aSecretUnderAnotherDeviceIdVersionOrCiphertextDoesNotDecrypt() {
    server.changeReleases(release ->
        withSecrets(release, UUID.randomUUID(), release.oneTimeKey(), release.secrets()));
    assertNothingOpens("does not open");
    server.changeReleases(release -> {
      Release.SealedSecret secret = release.secrets().get(0);
      return withSecrets(
          release,
          release.deviceId(),
          release.oneTimeKey(),
          List.of(new Release.SealedSecret("root", secret.id(), 2, secret.ciphertext())));
    });
    assertNothingOpens("does not open");
    server.changeReleases(release -> {
      Release.SealedSecret secret = release.secrets().get(0);
      Bytes flipped = Flip.bit(secret.ciphertext(), 0);
      return withSecrets(
          release,
          release.deviceId(),
          release.oneTimeKey(),
          List.of(new Release.SealedSecret("root", secret.id(), 1, flipped)));
    });
    assertNothingOpens("does not open");
  }

  @Test
  void aOneTimeKeyOffTheCurveIsRefused() {
    server.changeReleases(release ->
        withSecrets(
            release, release.deviceId(), Flip.bit(release.oneTimeKey(), 64), release.secrets()));
    assertNothingReachesTheTpmBecause("none of this protocol");
  }

  @Test
  void aSecondVolumeThatDoesNotDecryptLetsNoFirstOneThrough() {
    server.changeReleases(release -> {
      List<Release.SealedSecret> secrets = new ArrayList<>(release.secrets());
      Release.SealedSecret last = secrets.remove(1);
      secrets.add(
          new Release.SealedSecret(
              last.volume(), last.id(), last.version(), Flip.bit(last.ciphertext(), 3)));
      return withSecrets(release, release.deviceId(), release.oneTimeKey(), secrets);
    });
    Attester device = enrolled();
    assertThatThrownBy(
            () -> device.unlock(Map.of("root", Bytes.zeros(32), "data", Bytes.zeros(32))).close())
        .isInstanceOf(ReleaseRefusedException.class);
  }

  /** must-fail 38: asked again in the running system. */
  @Test
  void aReleaseDoesNotOpenOnceTheBootPhaseWasClosed() {
    server.beforeAnswering(() -> swtpm.extend(11, Bytes.utf8("leave-initrd")));
    assertNothingOpens("TPM2_PolicyPCR answered 0x1c4");
  }

  /** must-fail 38: an answer is kept for the next boot. */
  @Test
  void aReleaseDoesNotOpenAfterTheMachineWasStartedAnew() {
    for (Runnable start : List.<Runnable>of(swtpm::reset, swtpm::restart, swtpm::tpmRestart)) {
      server.beforeAnswering(() -> {
        start.run();
        swtpm.extend(11, Bytes.utf8("enter-initrd"));
      });
      assertNothingOpens("TPM2_PolicyCounterTimer answered 0x126");
    }
  }

  /**
   * must-fail 38: the share of a recorded answer opens again in a TPM that was cleared and counted
   * up to the same counters; the secret does not, because the release key died with its boot.
   */
  @Test
  void aRecordedAnswerOpensNothingEvenInAClearedTpmWithTheSameCounters() {
    List<AttestationAnswer> answers = new ArrayList<>();
    countUp();
    Attester device = enrolled();
    server.changeAnswers(answer -> {
      answers.add(answer);
      return answer;
    });
    device.unlock(ROOT).close();
    AttestationRequest recorded = lastEvidence();
    countUp();
    Bytes release = Objects.requireNonNull(answers.get(0).release());
    assertTheShareOpensButNotTheSecret(
        recorded, release, Objects.requireNonNull(answers.get(0).releaseSignature()));
  }

  private void countUp() {
    swtpm.clear();
    swtpm.reset();
    swtpm.reset();
    swtpm.extend(11, Bytes.utf8("enter-initrd"));
  }

  private void assertTheShareOpensButNotTheSecret(
      AttestationRequest recorded, Bytes release, ReleaseSignature signature) {
    Quoted now = tpm(swtpm).quote(Bytes.zeros(32));
    ReleaseOpener.Exchange replay =
        new ReleaseOpener.Exchange(
            recorded.token(), recorded.claims(), newReleaseKey(), now, List.of("root"));
    RecordingTransport bus = new RecordingTransport(swtpm.transport());
    assertThatThrownBy(
            () -> new ReleaseOpener(server.pins()).open(tpm(bus), replay, release, signature))
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining("another share, release key");
    Bytes unsealed =
        bus.messages().stream()
            .filter(message -> message.slice(6, 10).equals(Bytes.u32(0x15e)))
            .findFirst()
            .map(command -> bus.messages().get(bus.messages().indexOf(command) + 1))
            .orElseThrow();
    assertThat(unsealed.slice(6, 10)).as("the TPM did open the share").isEqualTo(Bytes.zeros(4));
  }

  private static PrivateKey newReleaseKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters());
      return generator.generateKeyPair().getPrivate();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEnrolmentThatAsksForOtherKeysOrFewerIsRefused() {
    server.changeEnrolments(challenge ->
        new EnrolmentChallenge(1, challenge.token(), 300, challenge.activations().subList(0, 1)));
    assertThatThrownBy(() -> device().enrol("shop-17", null))
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining("each key");
    server.changeEnrolments(challenge ->
        new EnrolmentChallenge(1, challenge.token(), 300, challenge.activations().reversed()));
    assertThatThrownBy(() -> device().enrol("shop-17", null))
        .isInstanceOf(ReleaseRefusedException.class)
        .hasMessageContaining("was not shown");
  }

  @Test
  void aRefusalOfTheServerReachesTheCaller() {
    server.changeMessages((path, answer) ->
        Answer.problem(
            403,
            "{\"status\":403,\"code\":\"enrolment-refused\",\"retryable\":false,\"reason\":\"JOIN_TOKEN_INVALID\"}",
            Map.of()));
    assertThatThrownBy(() -> device().enrol("shop-17", "fvj_wrong"))
        .isInstanceOfSatisfying(
            ServerProblemException.class,
            e -> assertThat(e.reason()).contains("JOIN_TOKEN_INVALID"));
  }

  @Test
  void aDeviceWithoutImportAsksForNothing() {
    Attester device =
        new Attester(
            () ->
                tpm(
                    new ScriptedTransport(
                        new ArrayList<>(),
                        Bytes.fromHex("800100000017000000000100000002000000" + "0104000157"))),
            connection,
            server.pins(),
            logs,
            new SecureRandom());
    assertThatThrownBy(() -> device.unlock(ROOT).close()).isInstanceOf(TpmUnusableException.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aDeviceKeepsItsIdentityOverReboots() {
    Attester device = enrolled();
    assertReleases(device);
    swtpm.restart();
    swtpm.extend(11, Bytes.utf8("enter-initrd"));
    assertReleases(device);
    assertReleases(device());
  }
}
