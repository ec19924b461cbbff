// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.attestation.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.server.attestation.Fleet.Golden;
import io.fleetverifier.server.database.DatabaseRole;
import io.fleetverifier.server.device.DeviceLifecycle;
import io.fleetverifier.server.device.NewTpmEpoch;
import io.fleetverifier.server.keys.KeyUnavailableException;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.testing.TestDatabase;
import io.fleetverifier.tpm.testing.TpmRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** From evidence to an answer and to what stands in the database afterwards. */
@AttestationTest
class AttestationServiceTest {
  @Autowired AttestationService service;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;
  @Autowired DeviceLifecycle lifecycle;
  @Autowired NewTpmEpoch newTpmEpoch;
  @Autowired PolicyEdits edits;
  @Autowired KeyServiceSwitch keyService;
  @Autowired PlatformTransactionManager transactions;

  @Test
  void aDeviceProvisionsItsVolumeOnceAndUnlocksItAtEveryBoot() {
    TestDevice device = fleet.knownDevice();

    Attempt provision = device.provision();
    AttestationAnswer answer = provision.sendTo(service);
    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.TRUSTED);
    Bytes secret = Objects.requireNonNull(device.opened(provision, answer).get("root"));
    assertThat(secret.size()).isEqualTo(32);

    Attempt again = device.provision();
    assertThat(device.opened(again, again.sendTo(service))).containsEntry("root", secret);

    AttestationAnswer confirmed = device.confirm().sendTo(service);
    assertThat(confirmed.reasons()).isEmpty();
    assertThat(confirmed.release()).isNull();
    assertThat(device.confirm().sendTo(service).reasons()).isEmpty();

    for (int boot = 0; boot < 3; boot++) {
      device.boot("1.4");
      Attempt unlock = device.unlock();
      assertThat(device.opened(unlock, unlock.sendTo(service))).containsEntry("root", secret);
    }
    assertThat(device.written())
        .containsEntry("attestations", 7L)
        .containsEntry("secrets", 1L)
        .containsEntry("releases", 5L)
        .containsEntry("changes", 1L);
  }

  @Test
  void oneReleaseOpensAllVolumesThatWereAskedFor() {
    TestDevice device = fleet.knownDevice();

    Attempt provision = device.attempt(Purpose.PROVISION, "root", "data");
    Map<String, Bytes> made = device.opened(provision, provision.sendTo(service));
    assertThat(made).containsOnlyKeys("root", "data");
    assertThat(made.get("root")).isNotEqualTo(made.get("data"));
    VolumePin root = new VolumePin("root", TestDevice.PIN);
    VolumePin data = new VolumePin("data", Bytes.utf8("data").sha256());
    device.attempt(Purpose.PROVISION).with(root, data).sendTo(service);

    Attempt unlock = device.attempt(Purpose.UNLOCK, "root", "data").with(root, data);
    assertThat(device.opened(unlock, unlock.sendTo(service))).isEqualTo(made);
  }

  @Test
  void aReleaseIsBoundToTheEnforcedBaselinesAndToPcr11AndNeverToPcr10() {
    TestDevice device = fleet.knownDevice();

    Release release = TestDevice.release(device.provision().sendTo(service));

    assertThat(release.pcrs()).containsExactly(0, 2, 4, 7, 11);
    assertThat(release.ekTemplate()).isEqualTo("L-2");
  }

  /**
   * must-fail 5: whoever holds the answer without this TPM, in this state and boot, has nothing.
   */
  @Test
  void aReleaseOpensInNoOtherBootNoLaterPhaseAndNoOtherTpm() {
    TestDevice device = fleet.knownDevice();
    TestDevice other = fleet.knownDevice();
    Release release = TestDevice.release(device.provision().sendTo(service));

    assertThatThrownBy(() -> other.unsealed(release)).isInstanceOf(TpmRefusedException.class);
    device.tpm().event(11, Bytes.utf8("leave-initrd"));
    assertThatThrownBy(() -> device.unsealed(release)).isInstanceOf(TpmRefusedException.class);
    device.boot("1.4");
    assertThatThrownBy(() -> device.unsealed(release)).isInstanceOf(TpmRefusedException.class);
    device.boot("1.4");
  }

  /** must-fail 47: of two releases of one secret each is wrapped in key material of its own. */
  @Test
  void twoReleasesOfOneSecretShareNoKeyMaterial() {
    TestDevice device = fleet.knownDevice();
    Attempt first = device.provision();
    AttestationAnswer one = first.sendTo(service);
    Attempt second = device.provision();
    AttestationAnswer two = second.sendTo(service);
    assertThat(device.opened(second, two)).isEqualTo(device.opened(first, one));

    Release a = TestDevice.release(one);
    Release b = TestDevice.release(two);
    assertThat(a.oneTimeKey()).isNotEqualTo(b.oneTimeKey());
    assertThat(a.inSymSeed()).isNotEqualTo(b.inSymSeed());
    assertThat(a.duplicate()).isNotEqualTo(b.duplicate());
    assertThat(a.objectPublic()).isNotEqualTo(b.objectPublic());
    assertThat(a.secrets().getFirst().ciphertext())
        .isNotEqualTo(b.secrets().getFirst().ciphertext());
  }

  @Test
  void theRecordHoldsTheEvidenceAndWhatWasFound() {
    TestDevice device = fleet.knownDevice();
    Bytes log = Bytes.utf8("a log of " + device.id());
    Attempt attempt = device.report().withLog(LogType.TCG_BOOT, log);
    device.tpm().event(7, Bytes.utf8("another key"));

    AttestationAnswer answer = attempt.sendTo(service);

    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.UNTRUSTED);
    assertThat(answer.reasons()).containsExactly("PCR_MISMATCH");
    Map<String, @Nullable Object> row =
        jdbc.sql(
                """
                SELECT a.verdict, text(a.reasons) AS reasons, text(a.matched_versions) AS matched, host(a.address) AS address,
                       a.quote, a.claims, a.signature, a.pcr_values, a.token_digest, l.type, l.data
                FROM attestation a JOIN event_log l ON l.sha256::bytea = a.logs[1] WHERE a.device_id = :device
                """)
            .param("device", device.id())
            .query()
            .singleRow();
    assertThat(row)
        .containsEntry("verdict", "untrusted")
        .containsEntry("reasons", "{PCR_MISMATCH}")
        .containsEntry("address", Attempt.SOURCE.getHostAddress())
        .containsEntry("type", "tcg-boot")
        .containsEntry("data", log.toArray())
        .containsEntry("quote", attempt.request().quote().toArray())
        .containsEntry("claims", attempt.claims().toArray())
        .containsEntry("signature", attempt.request().signature().toArray())
        .containsEntry("token_digest", attempt.token().sha256().toArray());
    assertThat(String.valueOf(row.get("matched"))).hasSize(2 + 36);
    assertThat((byte[]) row.get("pcr_values")).hasSize(15 * 32);
  }

  /** Shown by taking it out of the database, which the server itself may not. */
  @Test
  void aLogThatIsStoredIsNotSentToTheDatabaseAgain() {
    TestDevice device = fleet.knownDevice();
    Bytes log = Bytes.utf8("the same log of " + device.id());
    report(device, log);
    assertThat(stored(log)).isEqualTo(1);

    owner()
        .sql("DELETE FROM event_log WHERE sha256 = :d")
        .param("d", log.sha256().toArray())
        .update();
    report(device, log);
    assertThat(stored(log)).isZero();
  }

  private static JdbcClient owner() {
    var details = TestDatabase.get().connectionDetails(DatabaseRole.MIGRATOR);
    return JdbcClient.create(
        new DriverManagerDataSource(
            details.getJdbcUrl(), details.getUsername(), details.getPassword()));
  }

  private void report(TestDevice device, Bytes log) {
    device.report().withLog(LogType.TCG_BOOT, log).sendTo(service);
  }

  private int stored(Bytes log) {
    return jdbc.sql("SELECT count(*) FROM event_log WHERE sha256 = :d")
        .param("d", log.sha256().toArray())
        .query(Integer.class)
        .single();
  }

  /** must-fail 43: a failure is not washed off by a good boot. */
  @Test
  void aFindingStaysOpenWhenTheVerdictRecoversAndIsCountedOn() {
    TestDevice device = fleet.knownDevice();
    device.report().sendTo(service);
    device.boot("tampered");
    device.report().sendTo(service);
    device.report().sendTo(service);
    device.boot("1.4");
    assertThat(device.report().sendTo(service).verdict()).isEqualTo(DeviceVerdict.TRUSTED);

    assertThat(
            jdbc.sql("SELECT code, count, acknowledged_at FROM finding WHERE device_id = :device")
                .param("device", device.id())
                .query()
                .singleRow())
        .containsEntry("code", "PCR_MISMATCH")
        .containsEntry("count", 2L)
        .containsEntry("acknowledged_at", null);
    assertThat(
            jdbc.sql(
                    """
                    SELECT previous || '>' || present FROM status_change
                    WHERE device_id = :device ORDER BY epoch, xid, id
                    """)
                .param("device", device.id())
                .query(String.class)
                .list())
        .containsExactly("none>trusted", "trusted>untrusted", "untrusted>trusted");
  }

  @Test
  void aRevokedDeviceLeavesItsTraceAndIsAnsweredLikeAnUnknownOne() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    Map<String, @Nullable Object> before = device.written();
    Attempt unlock = device.unlock();
    lifecycle.revoke(device.id(), "test");

    assertProblem(ProblemCode.NOT_ENROLLED, () -> unlock.sendTo(service));

    assertThat(
            jdbc.sql(
                    """
                    SELECT verdict || ' ' || text(reasons) || ' ' || host(address) FROM attestation
                    WHERE device_id = :device ORDER BY received_at DESC LIMIT 1
                    """)
                .param("device", device.id())
                .query(String.class)
                .single())
        .isEqualTo("untrusted {DEVICE_REVOKED} 192.0.2.7");
    assertThat(device.written())
        .containsEntry("releases", before.get("releases"))
        .containsEntry("tpm_state", before.get("tpm_state"))
        .containsEntry("status", before.get("status"));
    assertProblem(ProblemCode.CHALLENGE_EXPIRED, () -> unlock.sendTo(service));

    lifecycle.reinstate(device.id(), "test");
    assertThat(device.unlock().sendTo(service).release()).isNotNull();
  }

  @Test
  void anUnknownKeyIsAnsweredWithoutSayingWhy() {
    TestDevice device = fleet.knownDevice();
    TestDevice stranger = fleet.device(fleet.group());
    jdbc.sql("UPDATE ak SET active = false WHERE name = :name")
        .param("name", stranger.tpm().akName().value().toArray())
        .update();

    assertProblem(ProblemCode.NOT_ENROLLED, () -> stranger.report().sendTo(service));
    assertThat(device.report().sendTo(service).verdict()).isEqualTo(DeviceVerdict.TRUSTED);
  }

  @Test
  void aKeyServiceThatDoesNotAnswerCostsNothing() {
    TestDevice device = fleet.knownDevice();
    Bytes secret = device.provisionWith(service);
    Attempt unlock = device.unlock();
    Attempt other = device.attempt(Purpose.PROVISION, "data");
    Map<String, @Nullable Object> before = device.written();

    keyService.whileDown(() -> {
      assertThatThrownBy(() -> unlock.sendTo(service)).isInstanceOf(KeyUnavailableException.class);
      assertThatThrownBy(() -> other.sendTo(service)).isInstanceOf(KeyUnavailableException.class);
      assertThat(device.written()).isEqualTo(before);
    });

    assertThat(device.opened(unlock, unlock.sendTo(service))).containsEntry("root", secret);
  }

  @Test
  void aStoredSecretThatWasChangedOrMovedIsNotLetGo() {
    TestDevice device = fleet.knownDevice();
    TestDevice thief = fleet.knownDevice();
    device.provisionWith(service);
    thief.provisionWith(service);
    jdbc.sql(
            """
            UPDATE secret_version SET (ciphertext, data_key, sealing_ek_name) =
              (SELECT v.ciphertext, v.data_key, secret_version.sealing_ek_name
               FROM secret_version v JOIN secret s ON s.id = v.secret_id WHERE s.device_id = :from)
            WHERE secret_id = (SELECT id FROM secret WHERE device_id = :to)
            """)
        .param("from", device.id())
        .param("to", thief.id())
        .update();

    AttestationAnswer answer = thief.unlock().sendTo(service);

    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.TRUSTED);
    assertThat(answer.reasons()).containsExactly("SECRET_UNREADABLE");
    assertThat(answer.release()).isNull();
  }

  @Test
  void aSecretIsForTheEndorsementKeyItWasMadeFor() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    jdbc.sql(
            """
            UPDATE secret_version SET sealing_ek_name = :other
            WHERE secret_id = (SELECT id FROM secret WHERE device_id = :device)
            """)
        .param("other", fleet.knownDevice().tpm().akName().value().toArray())
        .param("device", device.id())
        .update();

    assertThat(device.unlock().sendTo(service).reasons()).containsExactly("SECRET_UNREADABLE");
  }

  @Test
  void aDeviceThatAcceptsNoAnswerKeyGetsNoRelease() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);

    AttestationAnswer answer =
        device.unlock().accepting(List.of(Bytes.utf8("an old key").sha256())).sendTo(service);

    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.TRUSTED);
    assertThat(answer.reasons()).containsExactly("ANSWER_KEY_UNKNOWN");
    assertThat(answer.release()).isNull();
  }

  @Test
  void releasesOfOneBootAreCountedAndTheNextBootCountsAnew() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    device.boot("1.4");
    for (int i = 0; i < 5; i++) {
      assertThat(device.unlock().sendTo(service).release()).isNotNull();
    }

    AttestationAnswer sixth = device.unlock().sendTo(service);

    assertThat(sixth.verdict()).isEqualTo(DeviceVerdict.TRUSTED);
    assertThat(sixth.reasons()).containsExactly("REBOOT_REQUIRED");
    assertThat(sixth.rebootAfter()).isEqualTo(60);
    device.boot("1.4");
    for (int i = 0; i < 5; i++) {
      assertThat(device.unlock().sendTo(service).release()).isNotNull();
    }
    assertThat(device.unlock().sendTo(service).rebootAfter()).isEqualTo(120);
  }

  @Test
  void releasesThatAreSwitchedOffAreNotMade() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    switchReleases(false);
    try {
      assertThat(device.unlock().sendTo(service).reasons()).containsExactly("RELEASES_OFF");
      assertThat(device.report().sendTo(service).reasons()).isEmpty();
    } finally {
      switchReleases(true);
    }
    assertThat(device.unlock().sendTo(service).release()).isNotNull();
  }

  private void switchReleases(boolean on) {
    edits.edit(
        "test",
        "releases.switch",
        "installation",
        Map.of(),
        () -> jdbc.sql("UPDATE installation SET releases_on = :on").param("on", on).update());
  }

  @Test
  void aClearedTpmStaysShutUntilAnOperatorOpensANewEpoch() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    device.tpm().clear();
    device.boot("1.4");

    assertThat(device.unlock().sendTo(service).reasons()).containsExactly("TPM_CLEARED");
    for (int i = 0; i < 3; i++) {
      device.boot("1.4");
      assertThat(device.unlock().sendTo(service).reasons()).containsExactly("TPM_CLEARED");
    }
    newTpmEpoch.open(device.id(), "test");

    assertThat(device.unlock().sendTo(service).release()).isNotNull();
  }

  @Test
  void evidenceThatWasOvertakenIsRefusedAndChangesNothingOfThePresent() {
    TestDevice device = fleet.knownDevice();
    Attempt slow = device.report();
    slow.request();
    device.boot("1.4");
    device.report().sendTo(service);
    Map<String, @Nullable Object> before = device.written();

    assertThat(slow.sendTo(service).reasons()).containsExactly("EVIDENCE_OUT_OF_ORDER");

    assertThat(device.written())
        .containsEntry("tpm_state", before.get("tpm_state"))
        .containsEntry("status", before.get("status"))
        .containsEntry("attestations", 2L);
    assertThat(device.report().sendTo(service).reasons()).isEmpty();
  }

  @Test
  void aChallengeOfAnEarlierEpochCountsNoMore() {
    TestDevice device = fleet.knownDevice();
    Attempt before = device.report();
    new TransactionTemplate(transactions)
        .executeWithoutResult(status -> {
          status.setRollbackOnly();
          jdbc.sql("UPDATE installation SET epoch = epoch + 1").update();
          assertProblem(ProblemCode.CHALLENGE_EXPIRED, () -> before.sendTo(service));
        });
    assertThat(before.sendTo(service).reasons()).isEmpty();
  }

  @Test
  void eitherOfTwoAcceptedVersionsIsGoodUntilOneIsEnded() {
    TestDevice device = fleet.device(fleet.group());
    device.boot("1.4");
    Golden old = fleet.accepted(device, "image", 4, 11);
    fleet.bind(device.group(), old);
    Map<Integer, Bytes> booted = device.tpm().pcrs(4, 11).values();
    device.boot("1.5");
    fleet.accepted(device.group(), old.baseline(), 2, device.tpm().pcrs(4, 11).values());
    assertThat(booted).isNotEqualTo(device.tpm().pcrs(4, 11).values());

    assertThat(device.report().sendTo(service).reasons()).isEmpty();
    device.boot("1.4");
    assertThat(device.report().sendTo(service).reasons()).isEmpty();
    edits.edit(
        "test",
        "acceptance.end",
        "test",
        Map.of(),
        () ->
            jdbc.sql("UPDATE acceptance SET ended_at = now() WHERE id = :id")
                .param("id", old.acceptance())
                .update());
    assertThat(device.report().sendTo(service).reasons()).containsExactly("VERSION_NOT_ACCEPTED");
  }
}
