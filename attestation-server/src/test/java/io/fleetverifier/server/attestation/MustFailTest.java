// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.attestation.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.attestation.Fleet.Golden;
import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuAttest;
import io.fleetverifier.tpm.testing.QuoteForge;
import io.fleetverifier.tpm.testing.SignedQuote;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Attacks that systems of this kind fell to, played against the whole way of an attestation. Each
 * ends without a secret; what is not authentic leaves nothing behind and spends nothing. The
 * numbers are those of docs/reference/attacks.md.
 */
@AttestationTest
class MustFailTest {
  @Autowired AttestationService service;
  @Autowired Challenges challenges;
  @Autowired AttestationStore store;
  @Autowired Releases releases;
  @Autowired DeviceBuckets buckets;
  @Autowired Unverifiables unverifiables;
  @Autowired BootExplanations explanations;
  @Autowired InstantSource clock;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;

  private TestDevice device;
  private Map<String, @Nullable Object> before;

  @BeforeEach
  void provisionADevice() {
    device = fleet.knownDevice();
    device.provisionWith(service);
    before = device.written();
  }

  /** must-fail 2: a valid quote over nothing, or over something else. */
  @Test
  void aQuoteThatDoesNotAnswerTheChallengeIsNobodys() {
    for (Bytes extraData :
        List.of(Bytes.EMPTY, Bytes.zeros(32), device.unlock().token().sha256())) {
      nobodys(quote -> quote.withExtraData(extraData));
    }
  }

  /**
   * must-fail 3: the same evidence a second time. In parallel: {@link ConcurrentAttestationsTest}.
   */
  @Test
  void aChallengeIsSpentByTheFirstAuthenticAnswer() {
    Attempt good = device.unlock();
    assertThat(good.sendTo(service).release()).isNotNull();
    Map<String, @Nullable Object> after = device.written();

    assertProblem(ProblemCode.CHALLENGE_EXPIRED, () -> good.sendTo(service));
    assertThat(device.written()).isEqualTo(after);

    device.tpm().event(7, Bytes.utf8("tampered"));
    Attempt refused = device.unlock();
    assertThat(refused.sendTo(service).verdict()).isEqualTo(DeviceVerdict.UNTRUSTED);
    assertProblem(ProblemCode.CHALLENGE_EXPIRED, () -> refused.sendTo(service));
  }

  /** must-fail 3: bound to the purpose and to what was asked for. */
  @Test
  void aChallengeServesNoOtherPurposeAndNoOtherVolume() {
    for (Attempt attempt :
        List.of(
            device.report().claiming(Purpose.UNLOCK, "root"),
            device.unlock().claiming(Purpose.PROVISION, "root"),
            device.unlock().claiming(Purpose.UNLOCK, "root", "data"),
            device.unlock().claiming(Purpose.UNLOCK, "data"))) {
      assertProblem(ProblemCode.UNVERIFIABLE, () -> attempt.sendTo(service));
    }
    assertThat(device.written()).isEqualTo(before);
  }

  /**
   * must-fail 3: bound to the device; must-fail 5: another TPM answers for it; must-fail 39: A's
   * token, B's quote.
   */
  @Test
  void aChallengeServesNoOtherDevice() {
    TestDevice other = fleet.knownDevice();
    Attempt mine = device.unlock();
    Attempt theirs = other.unlock();
    AttestationRequest mixed =
        new AttestationRequest(
            1,
            mine.token(),
            theirs.claims(),
            theirs.request().quote(),
            theirs.request().signature(),
            theirs.request().pcrValues(),
            List.of());
    assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(mixed, Attempt.SOURCE));
    nobodys(quote -> quote.signedBy(other.tpm().akKey()));
    assertThat(theirs.sendTo(service).verdict()).isEqualTo(DeviceVerdict.TRUSTED);
  }

  /** must-fail 4: the key that the answer is encrypted to is part of what the TPM signs. */
  @Test
  void aSwappedReleaseKeyIsNobodys() {
    Attempt attempt = device.unlock();
    Claims claims = WireJson.lenient().readValue(attempt.claims().toArray(), Claims.class);
    Bytes attackers = releaseKeyOf(device.unlock());
    Claims swapped =
        new Claims(
            1,
            claims.purpose(),
            claims.wanted(),
            attackers,
            claims.bank(),
            claims.logs(),
            claims.volumes(),
            claims.srkName(),
            claims.client(),
            claims.answerKeys(),
            null,
            null);
    AttestationRequest sent = attempt.request();
    AttestationRequest request =
        new AttestationRequest(
            1,
            sent.token(),
            Bytes.copyOf(WireJson.strict().writeValueAsBytes(swapped)),
            sent.quote(),
            sent.signature(),
            sent.pcrValues(),
            List.of());

    assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(request, Attempt.SOURCE));

    assertThat(device.written()).isEqualTo(before);
  }

  private static Bytes releaseKeyOf(Attempt attempt) {
    Claims claims = WireJson.lenient().readValue(attempt.claims().toArray(), Claims.class);
    Bytes key = claims.releaseKey();
    assertThat(key).isNotNull();
    return key == null ? Bytes.EMPTY : key;
  }

  /** must-fail 6: the running system asks for the key of the disk. */
  @Test
  void inALaterPhaseThereIsNothingToUnlock() {
    for (String word : List.of("enter-initrd", "leave-initrd", "sysinit", "ready")) {
      device.tpm().event(11, Bytes.utf8(word));
      AttestationAnswer answer = device.unlock().sendTo(service);
      if (word.equals("enter-initrd")) {
        assertThat(answer.release()).isNotNull();
      } else {
        assertThat(answer.reasons()).as(word).containsExactly("WRONG_PHASE");
        assertThat(answer.release()).isNull();
        assertThat(device.report().sendTo(service).reasons()).as(word).isEmpty();
      }
    }
  }

  /** must-fail 6: the same for a fleet whose baselines say nothing of PCR 11. */
  @Test
  void closingThePhaseShutsADeviceWithoutUnifiedKernelImagesToo() {
    TestDevice grub = fleet.device(fleet.group());
    grub.startFirmware();
    grub.tpm().event(4, Bytes.utf8("grub"));
    fleet.bind(grub.group(), fleet.accepted(grub, "boot-chain", 4, 8, 9));
    grub.provisionWith(service);
    assertThat(grub.unlock().sendTo(service).release()).isNotNull();

    grub.tpm().event(11, Bytes.utf8("leave-initrd"));

    assertThat(grub.unlock().sendTo(service).reasons()).containsExactly("WRONG_PHASE");
  }

  /** must-fail 13: the first four bytes that only a TPM makes. */
  @Test
  void whatNoTpmGeneratedIsNobodys() {
    nobodys(quote -> quote.withMagic(0xff544346L));
    nobodys(quote -> quote.withMagic(0));
  }

  /** must-fail 14 and 4: what else the same key may sign, also under other PCRs. */
  @Test
  void aSignedStatementThatIsNoQuoteIsNobodys() {
    Bytes name = device.tpm().akName().value();
    for (TpmuAttest statement :
        List.of(
            new TpmuAttest.Certify(name, name),
            new TpmuAttest.Creation(name, Bytes.zeros(32)),
            new TpmuAttest.Nv(name, 0, Bytes.zeros(32)),
            new TpmuAttest.SessionAudit(true, Bytes.zeros(32)))) {
      nobodys(quote -> quote.withStatement(statement));
    }
    for (int type : new int[] {0x8014, 0x8017, 0x8019, 0x801a, 0x8015, 0x8016, 0x801c, 0}) {
      nobodys(quote -> quote.withType(type));
    }
  }

  /**
   * must-fail 15: PCRs that anybody can set, labelled as those of the boot; more or fewer than
   * asked.
   */
  @Test
  void anotherSelectionThanTheOneAskedForIsNobodys() {
    for (PcrSelection selection :
        List.of(
            PcrSelection.of(HashAlg.SHA256, 16, 23),
            PcrSelection.of(HashAlg.SHA256, 0, 1, 2, 3, 4, 5, 6, 7),
            PcrSelection.of(HashAlg.SHA256, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
            new PcrSelection(List.of()))) {
      nobodys(quote -> quote.withSelection(selection));
      Attempt attempt = device.unlock();
      AttestationRequest sent = attempt.request();
      SignedQuote quote =
          device.tpm().quote(Formulas.extraData(sent.token(), sent.claims()), selection);
      AttestationRequest request =
          new AttestationRequest(
              1,
              sent.token(),
              sent.claims(),
              quote.attest(),
              quote.signature(),
              sent.pcrValues(),
              List.of());
      assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(request, Attempt.SOURCE));
    }
  }

  /** must-fail 16: values that the quote does not cover, or does not cover so. */
  @Test
  void aValueThatTheQuoteDoesNotCoverIsNobodys() {
    Attempt attempt = device.unlock();
    Map<String, Bytes> good = attempt.request().pcrValues();
    Map<String, Bytes> more = new TreeMap<>(good);
    more.put("10", Bytes.zeros(32));
    Map<String, Bytes> fewer = new TreeMap<>(good);
    fewer.remove("7");
    Map<String, Bytes> other = new TreeMap<>(fewer);
    other.put("16", Bytes.zeros(32));
    for (Map<String, Bytes> values : List.of(more, fewer, other, Map.<String, Bytes>of())) {
      AttestationRequest sent = attempt.request();
      AttestationRequest request =
          new AttestationRequest(
              1, sent.token(), sent.claims(), sent.quote(), sent.signature(), values, List.of());
      assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(request, Attempt.SOURCE));
    }
    assertThat(device.written()).isEqualTo(before);
    assertThat(attempt.sendTo(service).release()).isNotNull();
  }

  /** must-fail 17: another bank, or two. */
  @Test
  void anotherBankIsNobodys() {
    PcrSelection sha1 = PcrSelection.of(HashAlg.SHA1, Protocol.QUOTED_PCRS);
    nobodys(quote -> quote.withSelection(sha1));
    nobodys(quote ->
        quote.withSelection(
            new PcrSelection(List.of(sha1.banks().getFirst(), Attempt.ASKED.banks().getFirst()))));
  }

  /**
   * must-fail 19: the sender chooses neither scheme nor hash, and nothing follows the signature.
   */
  @Test
  void anotherSignatureSchemeThanTheKeysIsNobodys() {
    nobodys(quote -> quote.withSignatureHash(HashAlg.SHA1));
    nobodys(quote -> quote.withSignatureHash(HashAlg.SHA384));
    nobodys(quote -> quote.signedBy(device.tpm().rsaAkKey()));
    nobodys(quote -> quote.signedWithPssBy(device.tpm().rsaAkKey(), 32));
    withSignature(signature -> Bytes.concat(signature, Bytes.of(0)));
    withSignature(signature -> Bytes.concat(Bytes.fromHex("0010"), signature.slice(2)));
    withSignature(signature -> Bytes.concat(Bytes.fromHex("0005"), signature.slice(2)));
    withSignature(
        signature -> new TpmtSignature.Rsassa(HashAlg.SHA256, signature.slice(4)).encode());
  }

  private void withSignature(UnaryOperator<Bytes> change) {
    AttestationRequest sent = device.unlock().request();
    AttestationRequest request =
        new AttestationRequest(
            1,
            sent.token(),
            sent.claims(),
            sent.quote(),
            change.apply(sent.signature()),
            sent.pcrValues(),
            List.of());
    assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(request, Attempt.SOURCE));
    assertThat(device.written()).isEqualTo(before);
  }

  /**
   * must-fail 20: whatever fails, in whichever stage, no answer comes of it. Bits:
   * TamperedAnswersTest.
   */
  @Test
  void aStageThatThrowsEndsWithoutAnAnswer() {
    AttestationStore neitherReads =
        new AttestationStore() {
          @Override
          public Optional<AttestationContext> find(Bytes akName) {
            throw new IllegalStateException("the read failed");
          }

          @Override
          public Outcome record(AttestationRecord record) {
            return store.record(record);
          }
        };
    AttestationStore norWrites =
        new AttestationStore() {
          @Override
          public Optional<AttestationContext> find(Bytes akName) {
            return store.find(akName);
          }

          @Override
          public Outcome record(AttestationRecord record) {
            throw new IllegalStateException("the write failed");
          }
        };
    Attempt attempt = device.unlock();
    for (AttestationStore failing : List.of(neitherReads, norWrites)) {
      assertThatThrownBy(() -> attempt.sendTo(over(failing)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(device.written()).isEqualTo(before);
    assertThat(attempt.sendTo(service).release()).isNotNull();
  }

  private AttestationService over(AttestationStore other) {
    return new AttestationService(
        challenges, other, releases, buckets, unverifiables, explanations, new BootLogs(), clock);
  }

  /** must-fail 28: the policy is asked at every answer; what was deleted meanwhile is missed. */
  @Test
  void aBaselineThatIsRemovedBetweenChallengeAndAnswerIsMissed() {
    Attempt attempt = device.unlock();
    attempt.request();
    jdbc.sql("DELETE FROM binding WHERE group_id = :group").param("group", device.group()).update();

    AttestationAnswer answer = attempt.sendTo(service);

    assertThat(answer.reasons()).containsExactly("NO_BASELINE");
    assertThat(answer.release()).isNull();
  }

  /** must-fail 39: the secret of another device, by its name. */
  @Test
  void aVolumeOfAnotherDeviceIsUnknownHere() {
    TestDevice other = fleet.knownDevice();
    other.attempt(Purpose.PROVISION, "vault").sendTo(service);

    AttestationAnswer answer =
        device
            .attempt(Purpose.UNLOCK, "vault")
            .with(new Claims.VolumePin("vault", TestDevice.PIN))
            .sendTo(service);

    assertThat(answer.reasons()).containsExactly("NOT_PROVISIONED");
    assertThat(answer.release()).isNull();
  }

  /**
   * must-fail 49: garbage ends at the token, before any look-up; fifty pieces cost less than one
   * answer.
   */
  @Test
  void garbageCostsNextToNothing() {
    AttestationStore untouchable =
        new AttestationStore() {
          @Override
          public Optional<AttestationContext> find(Bytes akName) {
            throw new AssertionError("garbage was looked up");
          }

          @Override
          public Outcome record(AttestationRecord record) {
            throw new AssertionError("garbage was written");
          }
        };
    AttestationService guarded = over(untouchable);
    AttestationRequest good = device.report().request();
    List<AttestationRequest> garbage = garbage(good, 1_000);
    long wrong = Long.MAX_VALUE;
    long right = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      List<Attempt> rightOnes = List.of(reports(10));
      right = Math.min(right, cpuOf(() -> rightOnes.forEach(attempt -> attempt.sendTo(service))));
      wrong = Math.min(wrong, cpuOf(() -> garbage.forEach(request -> refuse(guarded, request))));
    }

    assertThat(wrong / 1_000).isLessThan(right / 10 / 50);
  }

  private Attempt[] reports(int count) {
    Attempt[] reports = new Attempt[count];
    for (int i = 0; i < count; i++) {
      reports[i] = device.report();
      reports[i].request();
    }
    return reports;
  }

  /** The worst kind: of a key that is in use, so that it has to be decrypted. */
  private static List<AttestationRequest> garbage(AttestationRequest good, int count) {
    Random random = new Random(49);
    int header = 10;
    byte[] rest = new byte[good.token().size() - header];
    return IntStream.range(0, count)
        .mapToObj(i -> {
          random.nextBytes(rest);
          return new AttestationRequest(
              1,
              Bytes.concat(good.token().slice(0, header), Bytes.copyOf(rest)),
              good.claims(),
              good.quote(),
              good.signature(),
              good.pcrValues(),
              List.of());
        })
        .toList();
  }

  private static void refuse(AttestationService guarded, AttestationRequest request) {
    try {
      guarded.attest(request, Attempt.SOURCE);
    } catch (ProblemException problem) {
      assertThat(problem.code() == ProblemCode.CHALLENGE_EXPIRED).isTrue();
      return;
    }
    throw new AssertionError("garbage was answered");
  }

  private static long cpuOf(Runnable work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    work.run();
    return threads.getCurrentThreadCpuTime() - start;
  }

  /**
   * must-fail 50: after a power cut the TPM's clock has gone back and says so; the device is
   * healthy.
   */
  @Test
  void aPowerCutLeavesAHealthyDeviceTrusted() {
    device.tpm().passTime(60_000);
    device.report().sendTo(service);

    device.boot("1.4");
    device.tpm().passTime(-30_000);
    device.tpm().setSafe(false);
    assertThat(device.unlock().sendTo(service).release()).isNotNull();
    device.tpm().passTime(-1);
    assertThat(device.unlock().sendTo(service).release()).isNotNull();
    device.tpm().setSafe(true);
    assertThat(device.unlock().sendTo(service).release()).isNotNull();

    device.tpm().passTime(-1);
    assertThat(device.unlock().sendTo(service).reasons()).containsExactly("EVIDENCE_OUT_OF_ORDER");
  }

  /** must-fail 52: nothing to judge by is no judgement. */
  @Test
  void aGroupWithoutAnythingToJudgeByTrustsNobody() {
    TestDevice unbound = fleet.device(fleet.group());
    unbound.startFirmware();
    assertThat(unbound.provision().sendTo(service).reasons()).containsExactly("NO_BASELINE");
    assertThat(unbound.report().sendTo(service).reasons()).containsExactly("NO_BASELINE");

    Golden golden = fleet.accepted(unbound, "image", 4);
    fleet.bind(unbound.group(), golden, List.of(Purpose.REPORT));
    assertThat(unbound.report().sendTo(service).reasons()).isEmpty();
    assertThat(unbound.provision().sendTo(service).reasons()).containsExactly("NO_BASELINE");
    assertThat(unbound.written()).containsEntry("secrets", 0L);
    assertThatThrownBy(() -> fleet.accepted(unbound.group(), golden.baseline(), 2, Map.of()))
        .isInstanceOf(DataIntegrityViolationException.class);
  }

  /** A log nobody claimed, or another than was claimed, comes with a true quote. */
  @Test
  void aLogThatTheClaimsDoNotNameIsNobodys() {
    AttestationRequest sent = device.report().withLog(LogType.TCG_BOOT, Bytes.utf8("a")).request();
    for (LogType type : LogType.values()) {
      AttestationRequest.Log other = new AttestationRequest.Log(type, Bytes.utf8("b"));
      AttestationRequest request =
          new AttestationRequest(
              1,
              sent.token(),
              sent.claims(),
              sent.quote(),
              sent.signature(),
              sent.pcrValues(),
              List.of(other));
      assertProblem(ProblemCode.UNVERIFIABLE, () -> service.attest(request, Attempt.SOURCE));
    }
    assertThat(device.written()).isEqualTo(before);
  }

  /** Played against a fresh challenge: refused as nobody's, nothing written, nothing spent. */
  private void nobodys(UnaryOperator<QuoteForge> lie) {
    Attempt attempt = device.unlock();
    assertProblem(ProblemCode.UNVERIFIABLE, () -> attempt.forging(lie).sendTo(service));
    assertThat(device.written()).isEqualTo(before);
    assertThat(spent(attempt)).isFalse();
  }

  private boolean spent(Attempt attempt) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM redemption WHERE nonce = :nonce)")
        .param("nonce", challenges.open(attempt.token()).nonce().toArray())
        .query(Boolean.class)
        .single();
  }
}
