// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.server.token.Lifespan;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.testing.SoftTpm;
import io.fleetverifier.tpm.testing.TpmRefusedException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@PostgresTest
class EnrolmentServiceTest {
  private final EnrolmentService service;
  private final EnrolmentTokens tokens;
  private final ChallengeService challenges;
  private final DeviceLifecycle lifecycle;
  private final InstallationState installation;
  private final InstantSource clock;
  private final TransactionTemplate transaction;
  private final FleetRows rows;
  private final InetAddress address = FleetRows.anyAddress();

  @Autowired
  EnrolmentServiceTest(
      EnrolmentService service,
      EnrolmentTokens tokens,
      ChallengeService challenges,
      DeviceLifecycle lifecycle,
      InstallationState installation,
      InstantSource clock,
      PlatformTransactionManager transactions,
      JdbcClient jdbc) {
    this.service = service;
    this.tokens = tokens;
    this.challenges = challenges;
    this.lifecycle = lifecycle;
    this.installation = installation;
    this.clock = clock;
    this.transaction = new TransactionTemplate(transactions);
    this.rows = new FleetRows(jdbc);
  }

  // The first message.

  @Test
  void eachEkGetsACredentialOfItsOwnAndNothingIsStored() {
    EnrollingTpm tpm =
        EnrollingTpm.fresh().showing(EkTemplate.L2, EkTemplate.L1, EkTemplate.H1, EkTemplate.H3);
    Map<String, Long> before = rows.counts();

    EnrolmentChallenge challenge = service.begin(tpm.request("shop-17", null));

    assertThat(challenge.expiresIn()).isEqualTo(300);
    assertThat(challenge.activations())
        .extracting(EnrolmentChallenge.Activation::ekName)
        .containsExactlyElementsOf(
            tpm.eks().stream().map(ek -> tpm.tpm().ek(ek).name().value()).toList());
    Set<Bytes> credentials = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      byte[] credential = tpm.activate(challenge, i);
      assertThat(credential).hasSize(32);
      credentials.add(Bytes.copyOf(credential));
    }
    assertThat(credentials).hasSize(4);
    assertThat(rows.counts()).isEqualTo(before);
  }

  @Test
  void noTwoEnrolmentsHaveANonceOrACredentialInCommon() {
    EnrollingTpm tpm = EnrollingTpm.fresh().showing(EkTemplate.L2);
    Set<Bytes> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      EnrolmentChallenge challenge = service.begin(tpm.request("twice", null));
      seen.add(Bytes.copyOf(tpm.activate(challenge, 0)));
      try (EnrolmentTokens.Opened opened = tokens.open(challenge.token())) {
        seen.add(opened.ticket().nonce());
      }
    }
    assertThat(seen).hasSize(100);
  }

  @Test
  void theLargestRequestFitsItsToken() {
    EnrollingTpm tpm =
        EnrollingTpm.fresh()
            .showing(
                EkTemplate.L1,
                EkTemplate.L2,
                EkTemplate.H1,
                EkTemplate.H2,
                EkTemplate.H3,
                EkTemplate.H4);
    List<EnrolmentRequest.EndorsementKey> shown =
        tpm.eks().stream()
            .map(ek -> {
              Bytes key = Bytes.copyOf(tpm.tpm().ek(ek).toPublicKey().getEncoded());
              return new EnrolmentRequest.EndorsementKey(
                  tpm.tpm().ek(ek).encode(), TestCertificates.of(key, 3_500));
            })
            .toList();

    EnrolmentChallenge challenge =
        service.begin(
            new EnrolmentRequest(
                1, "a".repeat(64), "j".repeat(128), tpm.tpm().ak().encode(), shown, null));

    assertThat(challenge.token().size()).isBetween(24_000, 65_536);
  }

  @Test
  void anUnsuitableKeyIsRefusedBeforeAnythingElse() {
    EnrollingTpm tpm = EnrollingTpm.fresh().showing(EkTemplate.L2);
    Bytes unrestricted = tpm.tpm().unrestrictedKey().area().encode();

    assertThatRefused(() -> service.begin(tpm.request("x", null, unrestricted)), "AK_UNSUITABLE");
    assertThatRefused(
        () ->
            service.begin(
                new EnrolmentRequest(
                    1,
                    "x",
                    null,
                    tpm.tpm().ak().encode(),
                    List.of(
                        new EnrolmentRequest.EndorsementKey(
                            EkTemplate.L2.template().encode(), null)),
                    null)),
        "EK_UNSUITABLE");
  }

  /** must-fail 7: the certificate of A with the public area of B. */
  @Test
  void aCertificateOfOneTpmWithTheKeyOfAnotherIsRefused() {
    EnrollingTpm mine = EnrollingTpm.fresh();
    EnrollingTpm good = EnrollingTpm.fresh();
    Bytes key = Bytes.copyOf(good.tpm().ek(EkTemplate.L2).toPublicKey().getEncoded());
    EnrolmentRequest request =
        new EnrolmentRequest(
            1,
            "x",
            null,
            mine.tpm().ak().encode(),
            List.of(
                new EnrolmentRequest.EndorsementKey(
                    mine.tpm().ek(EkTemplate.L2).encode(), TestCertificates.of(key))),
            null);

    assertThatRefused(() -> service.begin(request), "EK_CERTIFICATE_MISMATCH");
  }

  // Activation.

  /** must-fail 5 and 7: the TPM that is named has to be the one that answers. */
  @Test
  void noOtherTpmActivatesForTheTpmThatIsNamed() {
    EnrollingTpm victim = EnrollingTpm.fresh();
    EnrollingTpm attacker = EnrollingTpm.fresh();

    EnrolmentChallenge challenge = service.begin(victim.request("victim", null));

    assertThatThrownBy(() -> attacker.activate(challenge, 1))
        .isInstanceOf(TpmRefusedException.class);
  }

  @Test
  void theVictimsTpmDoesNotActivateForAnAttackersKey() {
    EnrollingTpm victim = EnrollingTpm.fresh();
    SoftTpm attacker = SoftTpm.seeded(UUID.randomUUID().toString());

    EnrolmentChallenge challenge =
        service.begin(victim.request("victim", null, attacker.ak().encode()));

    assertThatThrownBy(() -> victim.activate(challenge, 1)).isInstanceOf(TpmRefusedException.class);
  }

  @Test
  void theNameInTheCredentialIsThatOfTheAreaThatWasSent() {
    EnrollingTpm tpm = EnrollingTpm.fresh().showing(EkTemplate.L2);
    Bytes unsigned = tpm.tpm().rsaAkKey().area().encode();
    EnrolmentChallenge challenge = service.begin(tpm.request("x", null, unsigned));
    EnrolmentChallenge.Activation activation = challenge.activations().getFirst();
    CredentialBlob blob =
        new CredentialBlob(activation.credentialBlob(), activation.encryptedSecret());

    try (SecretBytes credential =
        tpm.tpm().activateCredential(EkTemplate.L2, tpm.tpm().rsaAkKey().area().name(), blob)) {
      assertThat(credential.size()).isEqualTo(32);
    }
    assertThatThrownBy(() -> tpm.activate(challenge, 0)).isInstanceOf(TpmRefusedException.class);
  }

  /** must-fail 8: a failed activation is no enrolment. */
  @Test
  void aWrongProofLeavesNothingBehindAndGivesNoRights() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    EnrolmentChallenge challenge = service.begin(tpm.request("wrong", null));
    EnrolmentProof right = tpm.prove(challenge);
    Map<String, Long> before = rows.counts();

    assertThatRefused(
        () -> service.prove(EnrollingTpm.guess(challenge), address), "ACTIVATION_FAILED");
    for (int bit = 0; bit < 256; bit++) {
      byte[] flipped = right.proof().toArray();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      EnrolmentProof wrong = new EnrolmentProof(1, right.token(), Bytes.copyOf(flipped));
      assertThatRefused(() -> service.prove(wrong, address), "ACTIVATION_FAILED");
    }

    assertThat(rows.counts()).isEqualTo(before);
    assertThat(rows.device(tpm.akName())).isEmpty();
    assertThat(service.prove(right, address).state()).isEqualTo(EnrolmentState.ENROLLED);
  }

  @Test
  void theProofOfOneEnrolmentIsNoneForAnother() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    EnrolmentChallenge one = service.begin(tpm.request("one", null));
    EnrolmentChallenge two = service.begin(tpm.request("two", null));

    assertThatRefused(
        () -> service.prove(new EnrolmentProof(1, two.token(), tpm.prove(one).proof()), address),
        "ACTIVATION_FAILED");
  }

  @Test
  void whoActivatesOnlySomeOfTheKeysHasProvedNothing() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    EnrolmentChallenge challenge = service.begin(tpm.request("half", null));
    byte[] half = new byte[64];
    System.arraycopy(tpm.activate(challenge, 0), 0, half, 0, 32);

    assertThatRefused(
        () ->
            service.prove(
                new EnrolmentProof(
                    1, challenge.token(), Formulas.enrolmentProof(half, challenge.token())),
                address),
        "ACTIVATION_FAILED");
  }

  // The token.

  @Test
  void aProofCountsOnce() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    EnrolmentProof proof = tpm.prove(service.begin(tpm.request("once", null)));
    service.prove(proof, address);
    Map<String, Long> before = rows.counts();

    assertThatRefused(() -> service.prove(proof, address), "TOKEN_INVALID");

    assertThat(rows.counts()).isEqualTo(before);
  }

  @Test
  void aTokenThatIsNoneOfOursIsRefused() {
    Bytes challengeToken =
        challenges
            .issue(
                new ChallengeRequest(
                    1,
                    Bytes.concat(Bytes.fromHex("000b"), Bytes.zeros(32)),
                    Purpose.REPORT,
                    List.of()))
            .token();
    for (Bytes token : List.of(Bytes.zeros(1), Bytes.zeros(200), challengeToken)) {
      assertThatRefused(
          () -> service.prove(new EnrolmentProof(1, token, Bytes.zeros(32)), address),
          "TOKEN_INVALID");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-361, 61})
  void aTokenOutOfItsTimeIsRefused(long secondsFromNow) {
    EnrollingTpm tpm = registered(rows.strictGroup());
    Bytes token = ticket(tpm, clock.instant().plusSeconds(secondsFromNow), installation.epoch());

    assertThatRefused(() -> service.prove(overZeros(token), address), "TOKEN_INVALID");
  }

  @Test
  void aTokenOfAnEarlierEpochIsRefused() {
    EnrollingTpm tpm = registered(rows.strictGroup());

    assertThat(
            service.prove(overZeros(ticket(tpm, clock.instant(), installation.epoch())), address))
        .isNotNull();
    assertThatRefused(
        () ->
            service.prove(
                overZeros(ticket(tpm, clock.instant(), installation.epoch() - 1)), address),
        "TOKEN_INVALID");
  }

  /** A token as this server would have made it at that time, its credentials all zeros. */
  private Bytes ticket(EnrollingTpm tpm, Instant issuedAt, int epoch) {
    return tokens.seal(
        new EnrolmentTicket(
            Bytes.utf8(UUID.randomUUID().toString()).sha256(),
            Lifespan.startingAt(issuedAt),
            epoch,
            null,
            Candidate.of(tpm.request("x", null))),
        new byte[64]);
  }

  private static EnrolmentProof overZeros(Bytes token) {
    return new EnrolmentProof(1, token, Formulas.enrolmentProof(new byte[64], token));
  }

  // Admission.

  @Test
  void aDeviceWhoseEkIsRegisteredIsEnrolledInThatGroup() {
    UUID group = rows.strictGroup();
    EnrollingTpm tpm = registered(group);

    EnrolmentResult result = enrol(tpm, "shop-17", null);

    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(result.ekCode()).isEqualTo(tpm.ekCode());
    assertThat(rows.device(tpm.akName()))
        .containsEntry("id", result.deviceId())
        .containsEntry("name", "shop-17")
        .containsEntry("group_id", group)
        .containsEntry("lifecycle", "active")
        .containsEntry("genuine", "registered")
        .containsEntry("ours", "registered")
        .containsEntry("sealing_ek", "L-2")
        .containsEntry("eks", 2L);
    assertThat(rows.acts(result.deviceId())).containsExactly("device.enrol");
  }

  @Test
  void secretsAreSealedToAGenuineKeyOnly() {
    EnrollingTpm tpm =
        EnrollingTpm.fresh().showing(EkTemplate.L1, EkTemplate.L2, EkTemplate.H3, EkTemplate.H1);
    UUID group = rows.strictGroup();
    rows.register(tpm.fingerprint(EkTemplate.H1), group);
    rows.register(tpm.fingerprint(EkTemplate.H3), group);

    enrol(tpm, "x", null);

    assertThat(rows.device(tpm.akName())).containsEntry("sealing_ek", "H-3");
    assertThat(levels(tpm))
        .containsOnly(
            Map.entry("L-1", "unproven"),
            Map.entry("L-2", "unproven"),
            Map.entry("H-1", "registered"),
            Map.entry("H-3", "registered"));
  }

  private Map<String, String> levels(EnrollingTpm tpm) {
    Map<String, String> levels = new TreeMap<>();
    rows.jdbc()
        .sql(
            "SELECT template, genuine FROM ek JOIN ak ON ak.tpm_id = ek.tpm_id WHERE ak.name = :ak")
        .param("ak", tpm.akName().toArray())
        .query(row -> {
          levels.put(row.getString("template"), row.getString("genuine"));
        });
    return levels;
  }

  @Test
  void aCertificateIsKeptWithItsKey() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    Bytes key = Bytes.copyOf(tpm.tpm().ek(EkTemplate.L2).toPublicKey().getEncoded());
    Bytes certificate = TestCertificates.of(key);
    EnrolmentRequest plain = tpm.request("x", null);
    EnrolmentRequest request =
        new EnrolmentRequest(
            1,
            plain.name(),
            null,
            plain.ak(),
            List.of(
                plain.eks().get(0),
                new EnrolmentRequest.EndorsementKey(plain.eks().get(1).area(), certificate)),
            null);

    service.prove(tpm.prove(service.begin(request)), address);

    assertThat(
            rows.jdbc()
                .sql("SELECT certificate FROM ek WHERE fingerprint = :fingerprint")
                .param("fingerprint", key.sha256().toArray())
                .query(byte[].class)
                .single())
        .isEqualTo(certificate.toArray());
  }

  @Test
  void keysThatWereRegisteredForDifferentGroupsAreAConflict() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    rows.register(tpm.fingerprint(EkTemplate.L1), rows.strictGroup());
    rows.register(tpm.fingerprint(EkTemplate.L2), rows.strictGroup());

    assertThatRefusedAndNothingStored(tpm, null, "EK_SET_CONFLICT");
  }

  @Test
  void aJoinTokenAdmitsToItsGroupAndIsCounted() {
    UUID group = rows.group(true, true, false);
    String joinToken = rows.joinToken(group, 2);
    EnrollingTpm tpm = EnrollingTpm.fresh();

    EnrolmentResult result = enrol(tpm, "x", joinToken);

    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(rows.device(tpm.akName()))
        .containsEntry("group_id", group)
        .containsEntry("genuine", "unproven")
        .containsEntry("ours", "join-token")
        .containsEntry("sealing_ek", "L-2");
    assertThat(rows.used(joinToken)).isEqualTo(1);
  }

  @Test
  void aRegisteredEkNeedsNoJoinTokenAndUsesNone() {
    UUID group = rows.strictGroup();
    String joinToken = rows.joinToken(rows.group(true, true, false), 1);
    EnrollingTpm tpm = registered(group);

    enrol(tpm, "x", joinToken);

    assertThat(rows.device(tpm.akName())).containsEntry("group_id", group);
    assertThat(rows.used(joinToken)).isZero();
  }

  @Test
  void aJoinTokenThatIsUnknownExpiredRevokedOrUsedUpIsRefused() {
    UUID group = rows.group(true, true, false);
    String expired = rows.joinToken(group, 1);
    rows.changeJoinToken(expired, "expires_at = now() - interval '1 second'");
    String revoked = rows.joinToken(group, 1);
    rows.changeJoinToken(revoked, "revoked_at = now()");
    String usedUp = rows.joinToken(group, 1);
    rows.changeJoinToken(usedUp, "used = 1");

    for (String joinToken : List.of("fvj_unknown", "", expired, revoked, usedUp)) {
      assertThatRefusedAndNothingStored(EnrollingTpm.fresh(), joinToken, "JOIN_TOKEN_INVALID");
    }
  }

  @Test
  void aJoinTokenOfAGroupThatTakesNoUnprovenDeviceOrNoTokenIsNotUsed() {
    for (UUID group : List.of(rows.group(false, true, true), rows.group(true, false, true))) {
      String joinToken = rows.joinToken(group, 1);
      assertThatRefusedAndNothingStored(EnrollingTpm.fresh(), joinToken, "NOT_ADMITTED");
      assertThat(rows.used(joinToken)).isZero();
    }
  }

  @Test
  void whatNobodyCouldApproveIsNotAdmittedAndStoredNowhere() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    EnrolmentProof proof = tpm.prove(service.begin(tpm.request("x", null)));
    Map<String, Long> before = rows.counts();

    // Groups of other tests accept approvals, so they are changed for this transaction only.
    transaction.executeWithoutResult(status -> {
      rows.jdbc().sql("UPDATE device_group SET accept_approval = false").update();
      assertThatRefused(() -> service.prove(proof, address), "NOT_ADMITTED");
      status.setRollbackOnly();
    });

    assertThat(rows.counts()).isEqualTo(before);
  }

  @Test
  void aSetWithoutBothLowRangeKeysIsIncompleteUnlessTheGroupAllowsIt() {
    UUID group = rows.group(true, true, false);
    String joinToken = rows.joinToken(group, 1);
    String lenientToken = rows.joinToken(rows.group(true, true, false, "L-1"), 1);
    EnrollingTpm onlyL2 = EnrollingTpm.fresh().showing(EkTemplate.L2);
    EnrollingTpm onlyL1 = EnrollingTpm.fresh().showing(EkTemplate.L1);

    assertThatRefusedAndNothingStored(onlyL2, joinToken, "EK_SET_INCOMPLETE");
    assertThatRefusedAndNothingStored(onlyL1, lenientToken, "EK_SET_INCOMPLETE");
    assertThat(rows.used(joinToken)).isZero();
    assertThat(enrol(onlyL2, "x", lenientToken).state()).isEqualTo(EnrolmentState.ENROLLED);
  }

  @Test
  void aRegisteredHighRangeKeyAloneIsIncomplete() {
    EnrollingTpm tpm = EnrollingTpm.fresh().showing(EkTemplate.H2);
    rows.register(tpm.fingerprint(EkTemplate.H2), rows.strictGroup());

    assertThatRefusedAndNothingStored(tpm, null, "EK_SET_INCOMPLETE");
  }

  // Those that are known.

  @Test
  void theSameKeysAreTheSameDeviceAgainAndNothingChanges() {
    UUID group = rows.group(true, true, false);
    String joinToken = rows.joinToken(group, 5);
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID first = enrol(tpm, "first", joinToken).deviceId();
    Map<String, Object> device = rows.device(tpm.akName());
    Map<String, Long> before = rows.counts();

    EnrolmentResult again = enrol(tpm, "second", joinToken);
    EnrolmentResult withoutToken = enrol(tpm, "third", null);
    EnrolmentResult withBadToken = enrol(tpm, "fourth", "fvj_wrong");

    assertThat(List.of(again, withoutToken, withBadToken))
        .allSatisfy(result -> {
          assertThat(result.deviceId()).isEqualTo(first);
          assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
        });
    assertThat(rows.used(joinToken)).isEqualTo(1);
    assertThat(rows.device(tpm.akName())).isEqualTo(device);
    assertThat(rows.counts()).isEqualTo(changed(before, Map.of("redemption", 3L)));
  }

  @Test
  void anotherAkOfAKnownTpmChangesNothingButOperatorsSeeIt() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    UUID device = enrol(tpm, "x", null).deviceId();
    Map<String, Object> before = rows.device(tpm.akName());
    Bytes otherAk = tpm.tpm().rsaAkKey().area().encode();

    for (int i = 0; i < 2; i++) {
      assertThatRefused(() -> proveWithRsaAk(tpm, otherAk), "AK_CHANGED");
    }

    assertThat(rows.device(tpm.akName())).isEqualTo(before);
    assertThat(rows.device(tpm.tpm().rsaAkKey().area().name().value())).isEmpty();
    assertThat(rows.findings(device)).containsExactly(Map.entry("AK_CHANGED", 2L));
    assertThat(rows.acts(device)).containsExactly("device.enrol", "device.enrol-refused");
  }

  private EnrolmentResult proveWithRsaAk(EnrollingTpm tpm, Bytes ak) {
    EnrolmentChallenge challenge = service.begin(tpm.request("x", null, ak));
    ByteBuffer credentials = ByteBuffer.allocate(64);
    for (int i = 0; i < 2; i++) {
      EnrolmentChallenge.Activation activation = challenge.activations().get(i);
      CredentialBlob blob =
          new CredentialBlob(activation.credentialBlob(), activation.encryptedSecret());
      try (SecretBytes credential =
          tpm.tpm()
              .activateCredential(tpm.eks().get(i), tpm.tpm().rsaAkKey().area().name(), blob)) {
        credentials.put(credential.revealBytes());
      }
    }
    return service.prove(
        new EnrolmentProof(
            1, challenge.token(), Formulas.enrolmentProof(credentials.array(), challenge.token())),
        address);
  }

  @Test
  void aSetThatIsOnlyPartlyKnownIsAConflict() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    UUID device = enrol(tpm, "x", null).deviceId();
    Map<String, Object> before = rows.device(tpm.akName());

    EnrollingTpm more = tpm.showing(EkTemplate.L1, EkTemplate.L2, EkTemplate.H2);
    assertThatRefused(() -> enrol(more, "x", null), "EK_SET_CONFLICT");

    assertThat(rows.device(tpm.akName())).isEqualTo(before);
    assertThat(rows.findings(device)).containsOnlyKeys("EK_SET_CONFLICT");
  }

  @Test
  void keysOfTwoDevicesTogetherAreAConflict() {
    EnrollingTpm one = registered(rows.strictGroup());
    EnrollingTpm two = registered(rows.strictGroup());
    UUID first = enrol(one, "one", null).deviceId();
    UUID second = enrol(two, "two", null).deviceId();

    Candidate mixed =
        new Candidate(
            "mixed",
            one.tpm().ak().encode(),
            List.of(one.request("x", null).eks().get(0), two.request("x", null).eks().get(1)),
            List.of());
    Bytes token =
        tokens.seal(
            new EnrolmentTicket(
                Bytes.utf8("mixed" + first).sha256(),
                Lifespan.startingAt(clock.instant()),
                installation.epoch(),
                null,
                mixed),
            new byte[64]);

    assertThatRefused(() -> service.prove(overZeros(token), address), "EK_SET_CONFLICT");
    assertThat(rows.findings(first)).containsOnlyKeys("EK_SET_CONFLICT");
    assertThat(rows.findings(second)).containsOnlyKeys("EK_SET_CONFLICT");
  }

  @Test
  void anotherTpmThatClaimsAKnownAkIsAConflict() {
    EnrollingTpm victim = registered(rows.strictGroup());
    enrol(victim, "victim", null);
    Map<String, Object> before = rows.device(victim.akName());
    UUID group = rows.group(true, true, true);
    String joinToken = rows.joinToken(group, 1);
    EnrollingTpm attacker = EnrollingTpm.fresh();

    // A software TPM may give out credentials for an AK that it does not hold.
    for (@Nullable String token : Arrays.asList(joinToken, null)) {
      Bytes ticket =
          tokens.seal(
              new EnrolmentTicket(
                  Bytes.utf8(UUID.randomUUID().toString()).sha256(),
                  Lifespan.startingAt(clock.instant()),
                  installation.epoch(),
                  token == null ? null : Bytes.utf8(token).sha256(),
                  Candidate.of(attacker.request("attacker", null, victim.tpm().ak().encode()))),
              new byte[64]);
      assertThatRefused(() -> service.prove(overZeros(ticket), address), "EK_SET_CONFLICT");
    }

    assertThat(rows.device(victim.akName())).isEqualTo(before);
    assertThat(rows.used(joinToken)).isZero();
  }

  /** must-fail 9: a name proves nothing. */
  @Test
  void anotherTpmUnderTheNameOfADeviceNeverTakesItOver() {
    UUID group = rows.group(true, true, false);
    EnrollingTpm victim = EnrollingTpm.fresh();
    UUID known = enrol(victim, "shop-17", rows.joinToken(group, 1)).deviceId();
    Map<String, Object> before = rows.device(victim.akName());

    EnrollingTpm other = EnrollingTpm.fresh();
    UUID added = enrol(other, "shop-17", rows.joinToken(group, 1)).deviceId();

    assertThat(added).isNotEqualTo(known);
    assertThat(rows.device(victim.akName())).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeviceThatWasRevokedOrRetiredNeverComesBack(boolean retired) {
    UUID group = rows.group(true, true, true, "L-1", "L-2");
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID device = enrol(tpm, "x", rows.joinToken(group, 1)).deviceId();
    if (retired) {
      lifecycle.retire(device, "test");
    } else {
      lifecycle.revoke(device, "test");
    }
    String joinToken = rows.joinToken(group, 10);

    for (EnrollingTpm again :
        List.of(
            tpm,
            tpm.showing(EkTemplate.L1),
            tpm.showing(EkTemplate.L2),
            tpm.showing(EkTemplate.L1, EkTemplate.L2, EkTemplate.H2),
            tpm.showing(EkTemplate.L1, EkTemplate.H3))) {
      assertThatRefused(() -> enrol(again, "y", joinToken), "DEVICE_REVOKED");
      assertThatRefused(() -> enrol(again, "y", null), "DEVICE_REVOKED");
    }
    assertThatRefused(
        () -> proveWithRsaAk(tpm, tpm.tpm().rsaAkKey().area().encode()), "DEVICE_REVOKED");
    assertThat(rows.used(joinToken)).isZero();
    assertThat(rows.findings(device)).containsExactly(Map.entry("DEVICE_REVOKED", 11L));
  }

  @Test
  void aReinstatedDeviceIsItselfAgain() {
    EnrollingTpm tpm = registered(rows.strictGroup());
    UUID device = enrol(tpm, "x", null).deviceId();
    lifecycle.revoke(device, "test");
    lifecycle.reinstate(device, "test");

    assertThat(enrol(tpm, "x", null).deviceId()).isEqualTo(device);
  }

  // Help.

  private EnrollingTpm registered(UUID group) {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    rows.register(tpm.fingerprint(EkTemplate.L2), group);
    return tpm;
  }

  private EnrolmentResult enrol(EnrollingTpm tpm, String name, @Nullable String joinToken) {
    return service.prove(tpm.prove(service.begin(tpm.request(name, joinToken))), address);
  }

  private void assertThatRefusedAndNothingStored(
      EnrollingTpm tpm, @Nullable String joinToken, String reason) {
    Map<String, Long> before = rows.counts();
    assertThatRefused(() -> enrol(tpm, "x", joinToken), reason);
    assertThat(rows.counts()).isEqualTo(before);
  }

  private static Map<String, Long> changed(Map<String, Long> counts, Map<String, Long> by) {
    Map<String, Long> changed = new TreeMap<>(counts);
    by.forEach((table, more) -> changed.merge(table, more, Long::sum));
    return changed;
  }

  static void assertThatRefused(ThrowingCallable act, String reason) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.ENROLMENT_REFUSED);
              assertThat(e.members()).containsEntry("reason", reason);
            });
  }
}
