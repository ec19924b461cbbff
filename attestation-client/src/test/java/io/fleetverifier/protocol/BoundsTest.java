// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.Claims.LogDigest;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.EnrolmentChallenge.Activation;
import io.fleetverifier.protocol.EnrolmentRequest.EndorsementKey;
import io.fleetverifier.protocol.Release.SealedSecret;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The limits of docs/reference/protocol.md: what just keeps one is taken, what just breaks it is
 * refused by the name of the member and without its value.
 */
class BoundsTest {
  private static final Bytes ONE = Bytes.of(1);
  private static final Bytes DIGEST = Bytes.zeros(32);
  private static final UUID ID = new UUID(1, 2);

  @Test
  void aChallengeRequestKeepsItsBounds() {
    size("akName", 34, 66, n -> challenge(n, Purpose.REPORT, List.of()));
    size("wanted", 0, 16, n -> challenge(34, Purpose.PROVISION, names(n)));
    size("wanted", 1, 63, n -> challenge(34, Purpose.UNLOCK, List.of("a".repeat(n))));
    size("wanted", 1, 16, n -> challenge(34, Purpose.UNLOCK, names(n)), "want");
    size("wanted", 0, 0, n -> challenge(34, Purpose.REPORT, names(n)), "want");
    for (String name : List.of("Root", ".root", "-root", "ro/ot", "ro ot", "root\n")) {
      refused("wanted", () -> challenge(34, Purpose.UNLOCK, List.of(name)));
    }
    refused("twice", () -> challenge(34, Purpose.UNLOCK, List.of("root", "root")));
  }

  private static void challenge(int akName, Purpose purpose, List<String> wanted) {
    assertThat(new ChallengeRequest(1, Bytes.zeros(akName), purpose, wanted)).isNotNull();
  }

  @Test
  void anEnrolmentKeepsItsBounds() {
    size("name", 1, 64, n -> enrolment("a".repeat(n), null, ONE, 1, null));
    for (String name : List.of("shop 17", "shop/17", "shöp", "shop\n")) {
      refused("name", () -> enrolment(name, null, ONE, 1, null));
    }
    size("joinToken", 0, 128, n -> enrolment("a", "f".repeat(n), ONE, 1, null));
    size("ak", 1, 1024, n -> enrolment("a", null, Bytes.zeros(n), 1, null));
    size("eks", 1, 8, n -> enrolment("a", null, ONE, n, null));
    size("intermediates", 0, 8, n -> enrolment("a", null, ONE, 1, copies(n, ONE)));
    size("intermediates", 1, 4096, n -> enrolment("a", null, ONE, 1, List.of(Bytes.zeros(n))));
    size("area", 1, 1024, n -> made(new EndorsementKey(Bytes.zeros(n), null)));
    size("certificate", 1, 4096, n -> made(new EndorsementKey(ONE, Bytes.zeros(n))));
    size("token", 1, 65_536, n -> made(new EnrolmentProof(1, Bytes.zeros(n), DIGEST)));
    size("proof", 32, 32, n -> made(new EnrolmentProof(1, ONE, Bytes.zeros(n))));
  }

  private static void enrolment(
      String name, @Nullable String join, Bytes ak, int eks, @Nullable List<Bytes> intermediates) {
    List<EndorsementKey> keys = copies(eks, new EndorsementKey(ONE, null));
    made(new EnrolmentRequest(1, name, join, ak, keys, intermediates));
  }

  @Test
  void theAnswersToAnEnrolmentKeepTheirBounds() {
    Activation activation = new Activation(Bytes.zeros(34), ONE, ONE);
    size("ekName", 22, 66, n -> made(new Activation(Bytes.zeros(n), ONE, ONE)));
    size("credentialBlob", 1, 256, n -> made(new Activation(DIGEST, Bytes.zeros(n), ONE)));
    size("encryptedSecret", 1, 1024, n -> made(new Activation(DIGEST, ONE, Bytes.zeros(n))));
    size(
        "token",
        1,
        65_536,
        n -> made(new EnrolmentChallenge(1, Bytes.zeros(n), 300, List.of(activation))));
    size(
        "activations", 1, 8, n -> made(new EnrolmentChallenge(1, ONE, 300, copies(n, activation))));
    refused("expiresIn", () -> new EnrolmentChallenge(1, ONE, -1, List.of(activation)));
    size(
        "ekCode",
        0,
        19,
        n -> made(new EnrolmentResult(1, ID, EnrolmentState.PENDING, "A".repeat(n))));
  }

  @Test
  void evidenceKeepsItsBounds() {
    size("token", 1, 65_536, n -> evidence(Bytes.zeros(n), ONE, ONE, ONE, Map.of(), List.of()));
    size("claims", 1, 16_384, n -> evidence(ONE, Bytes.zeros(n), ONE, ONE, Map.of(), List.of()));
    size("quote", 1, 1024, n -> evidence(ONE, ONE, Bytes.zeros(n), ONE, Map.of(), List.of()));
    size("signature", 1, 1024, n -> evidence(ONE, ONE, ONE, Bytes.zeros(n), Map.of(), List.of()));
    size("pcrValues", 0, 24, n -> evidence(ONE, ONE, ONE, ONE, values(n), List.of()));
    size(
        "pcrValues",
        1,
        64,
        n -> evidence(ONE, ONE, ONE, ONE, Map.of("0", Bytes.zeros(n)), List.of()));
    for (String index : List.of("", "00", "01", "+1", "-1", "100", "0x1", "a", "1 ")) {
      refused("pcrValues", () -> evidence(ONE, ONE, ONE, ONE, Map.of(index, DIGEST), List.of()));
    }
    size("logs.data", 0, 1_048_576, n -> made(new Log(LogType.IMA, Bytes.zeros(n))));
    Log largest = new Log(LogType.IMA, Bytes.zeros(1_048_576));
    Log other = new Log(LogType.TCG_BOOT, largest.data());
    evidence(ONE, ONE, ONE, ONE, Map.of(), List.of(largest, other));
    Log third = new Log(LogType.SYSTEMD_JSON, ONE);
    refused("logs", () -> evidence(ONE, ONE, ONE, ONE, Map.of(), List.of(largest, other, third)));
    Log log = new Log(LogType.IMA, ONE);
    refused("logs", () -> evidence(ONE, ONE, ONE, ONE, Map.of(), List.of(log, log)));
    refused("logs", () -> evidence(ONE, ONE, ONE, ONE, Map.of(), copies(5, log)));
  }

  private static void evidence(
      Bytes token,
      Bytes claims,
      Bytes quote,
      Bytes signature,
      Map<String, Bytes> values,
      List<Log> logs) {
    made(new AttestationRequest(1, token, claims, quote, signature, values, logs));
  }

  private static Map<String, Bytes> values(int count) {
    Map<String, Bytes> values = new TreeMap<>();
    IntStream.range(0, count).forEach(i -> values.put(Integer.toString(i), DIGEST));
    return values;
  }

  @Test
  void claimsKeepTheirBounds() {
    size("releaseKey", 65, 65, n -> new Statement().with(s -> s.releaseKey = Bytes.zeros(n)));
    size("volumes", 0, 16, n -> new Statement().with(s -> s.volumes = pins(n)));
    size("srkName", 34, 34, n -> new Statement().with(s -> s.srkName = Bytes.zeros(n)));
    size("client", 0, 128, n -> new Statement().with(s -> s.client = "c".repeat(n)));
    size("answerKeys", 0, 16, n -> new Statement().with(s -> s.answerKeys = ids(n)));
    size(
        "answerKeys",
        32,
        32,
        n -> new Statement().with(s -> s.answerKeys = List.of(Bytes.zeros(n))));
    size("audience", 0, 256, n -> new Statement().with(s -> s.audience = "a".repeat(n)));
    size("nonce", 0, 64, n -> new Statement().with(s -> s.nonce = Bytes.zeros(n)));
    size("logs.sha256", 32, 32, n -> made(new LogDigest(LogType.IMA, Bytes.zeros(n))));
    size("volumes.pin", 32, 32, n -> made(new VolumePin("root", Bytes.zeros(n))));
    size("wanted", 0, 16, n -> new Statement().with(s -> s.wanted = names(n)));
    refused("volumes.name", () -> new VolumePin("../root", DIGEST));
    refused("bank", () -> new Statement().with(s -> s.bank = "sha1"));
    refused("volumes", () -> new Statement().with(s -> s.volumes = copies(2, pins(1).getFirst())));
    refused("answerKeys", () -> new Statement().with(s -> s.answerKeys = copies(2, DIGEST)));
    LogDigest log = new LogDigest(LogType.IMA, DIGEST);
    refused("logs", () -> new Statement().with(s -> s.logs = List.of(log, log)));
    refused("logs", () -> new Statement().with(s -> s.logs = copies(5, log)));
    refused("releaseKey", () -> new Statement().with(s -> s.releaseKey = null));
  }

  /** Good claims, to be spoilt in one member. */
  private static final class Statement {
    List<String> wanted = List.of("root");
    @Nullable Bytes releaseKey = Bytes.zeros(65);
    String bank = "sha256";
    List<LogDigest> logs = List.of();
    List<VolumePin> volumes = List.of();
    @Nullable Bytes srkName;
    String client = "test";
    List<Bytes> answerKeys = List.of();
    @Nullable String audience;
    @Nullable Bytes nonce;

    void with(java.util.function.Consumer<Statement> change) {
      change.accept(this);
      made(
          new Claims(
              1,
              Purpose.UNLOCK,
              wanted,
              releaseKey,
              bank,
              logs,
              volumes,
              srkName,
              client,
              answerKeys,
              audience,
              nonce));
    }
  }

  @Test
  void answersAndReleasesKeepTheirBounds() {
    ReleaseSignature signature = new ReleaseSignature(DIGEST, Bytes.zeros(64));
    size("keyId", 32, 32, n -> made(new ReleaseSignature(Bytes.zeros(n), Bytes.zeros(64))));
    size("signature", 64, 64, n -> made(new ReleaseSignature(DIGEST, Bytes.zeros(n))));
    size("release", 1, 65_536, n -> answer(List.of(), 0, null, Bytes.zeros(n), signature));
    size("reasons", 0, 64, n -> answer(copies(n, "A"), 0, null, null, null));
    refused("nextAttestationAfter", () -> answer(List.of(), -1, null, null, null));
    refused("rebootAfter", () -> answer(List.of(), 0, -1, null, null));
    refused("signature", () -> answer(List.of(), 0, null, ONE, null));
    refused("signature", () -> answer(List.of(), 0, null, null, signature));
    size("token", 1, 65_536, n -> made(new Challenge(1, Bytes.zeros(n), 300)));
    refused("expiresIn", () -> new Challenge(1, ONE, -1));
    size("secrets.ciphertext", 48, 48, n -> made(new SealedSecret("a", ID, 1, Bytes.zeros(n))));
    refused("secrets.version", () -> new SealedSecret("a", ID, 0, Bytes.zeros(48)));
    size("objectPublic", 1, 256, n -> release(1, 34, n, 1, 1, 65, 1));
    size("ekName", 22, 66, n -> release(1, n, 1, 1, 1, 65, 1));
    size("duplicate", 1, 512, n -> release(1, 34, 1, n, 1, 65, 1));
    size("inSymSeed", 1, 1024, n -> release(1, 34, 1, 1, n, 65, 1));
    size("oneTimeKey", 65, 65, n -> release(1, 34, 1, 1, 1, n, 1));
    size("secrets", 1, 16, n -> release(1, 34, 1, 1, 1, 65, n));
    size("form", 1, 1, n -> release(n, 34, 1, 1, 1, 65, 1));
  }

  private static void answer(
      List<String> reasons,
      int next,
      @Nullable Integer reboot,
      @Nullable Bytes release,
      @Nullable ReleaseSignature signature) {
    made(
        new AttestationAnswer(1, DeviceVerdict.TRUSTED, reasons, next, reboot, release, signature));
  }

  private static void release(
      int form, int ekName, int object, int duplicate, int seed, int oneTimeKey, int secrets) {
    made(
        new Release(
            form,
            ID,
            "L-2",
            Bytes.zeros(ekName),
            "sha256",
            List.of(11),
            Bytes.zeros(object),
            Bytes.zeros(duplicate),
            Bytes.zeros(seed),
            Bytes.zeros(oneTimeKey),
            copies(secrets, new SealedSecret("a", ID, 1, Bytes.zeros(48)))));
  }

  private static void size(String member, int least, int most, IntConsumer make) {
    size(member, least, most, make, member);
  }

  private static void size(String member, int least, int most, IntConsumer make, String said) {
    for (int good : new int[] {least, most}) {
      assertThatCode(() -> make.accept(good))
          .as("%s of %d", member, good)
          .doesNotThrowAnyException();
    }
    refused(said, () -> make.accept(most + 1));
    if (least > 0) {
      refused(said, () -> make.accept(least - 1));
    }
  }

  private static void refused(String said, Runnable make) {
    assertThatIllegalArgumentException().as(said).isThrownBy(make::run).withMessageContaining(said);
  }

  private static void made(Record message) {
    assertThat(message).isNotNull();
  }

  private static <T> List<T> copies(int count, T value) {
    return Collections.nCopies(count, value);
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "volume-" + i).toList();
  }

  private static List<Bytes> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> Bytes.utf8("key " + i).sha256()).toList();
  }

  private static List<VolumePin> pins(int count) {
    return names(count).stream().map(name -> new VolumePin(name, DIGEST)).toList();
  }
}
