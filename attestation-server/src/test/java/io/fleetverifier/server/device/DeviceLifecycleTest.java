// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.tpm.EkTemplate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@PostgresTest
class DeviceLifecycleTest {
  private static final String ACTOR = "token:1:an operator";

  private final DeviceLifecycle lifecycle;
  private final NewTpmEpoch tpmEpoch;
  private final TransactionTemplate transaction;
  private final JdbcClient jdbc;
  private final FleetRows rows;
  private final EnrollingTpm tpm = EnrollingTpm.fresh();
  private final UUID device;

  @Autowired
  DeviceLifecycleTest(
      EnrolmentService service,
      DeviceLifecycle lifecycle,
      NewTpmEpoch tpmEpoch,
      PlatformTransactionManager transactions,
      JdbcClient jdbc) {
    this.lifecycle = lifecycle;
    this.tpmEpoch = tpmEpoch;
    this.transaction = new TransactionTemplate(transactions);
    this.jdbc = jdbc;
    this.rows = new FleetRows(jdbc);
    rows.register(tpm.fingerprint(EkTemplate.L2), rows.strictGroup());
    EnrolmentResult enrolled =
        service.prove(
            tpm.prove(service.begin(tpm.request("shop-17", null))), FleetRows.anyAddress());
    this.device = enrolled.deviceId();
  }

  @Test
  void eachStepIsAnEditOfThePolicyWithARecordAndALineInTheFeed() {
    long revision = revision();

    lifecycle.revoke(device, ACTOR);
    lifecycle.reinstate(device, ACTOR);
    lifecycle.retire(device, ACTOR);

    assertThat(revision()).isEqualTo(revision + 3);
    assertThat(feed()).containsExactly("none>revoked", "revoked>none", "none>retired");
    assertThat(rows.acts(device))
        .containsExactly("device.enrol", "device.revoke", "device.reinstate", "device.retire");
    assertThat(rows.device(tpm.akName())).containsEntry("lifecycle", "retired");
  }

  @Test
  void anActiveDeviceIsCalledByItsVerdictInTheFeed() {
    jdbc.sql(
            """
            INSERT INTO device_status (device_id, verdict, reasons, since, last_evidence_at,
                                       attestation_id, policy_revision, epoch)
            VALUES (:device, 'trusted', '{}', now(), now(), gen_random_uuid(), 1, 1)
            """)
        .param("device", device)
        .update();

    lifecycle.revoke(device, ACTOR);
    lifecycle.reinstate(device, ACTOR);

    assertThat(feed()).containsExactly("trusted>revoked", "revoked>trusted");
  }

  @Test
  void aStepThatWasTakenAlreadyChangesNothing() {
    lifecycle.reinstate(device, ACTOR);
    lifecycle.revoke(device, ACTOR);
    lifecycle.revoke(device, ACTOR);

    assertThat(feed()).containsExactly("none>revoked");
  }

  @Test
  void whatIsRetiredStaysRetired() {
    lifecycle.retire(device, ACTOR);
    lifecycle.retire(device, ACTOR);

    assertThatProblem(() -> lifecycle.reinstate(device, ACTOR), ProblemCode.CONFLICT);
    assertThatProblem(() -> lifecycle.revoke(device, ACTOR), ProblemCode.CONFLICT);
    assertThat(rows.device(tpm.akName())).containsEntry("lifecycle", "retired");
    assertThat(feed()).containsExactly("none>retired");
  }

  @Test
  void aDeviceThatIsNotThereHasNoLife() {
    UUID nobody = UUID.randomUUID();
    for (ThrowingCallable act :
        List.<ThrowingCallable>of(
            () -> lifecycle.revoke(nobody, ACTOR),
            () -> lifecycle.reinstate(nobody, ACTOR),
            () -> lifecycle.retire(nobody, ACTOR),
            () -> tpmEpoch.open(nobody, ACTOR))) {
      assertThatProblem(act, ProblemCode.NOT_FOUND);
    }
  }

  @Test
  void aNewTpmEpochIsAnEditOfThePolicyWithARecord() {
    long revision = revision();

    assertThat(tpmEpoch.open(device, ACTOR)).isEqualTo(2);

    assertThat(rows.device(tpm.akName())).containsEntry("epoch", 2);
    assertThat(revision()).isEqualTo(revision + 1);
    assertThat(rows.acts(device)).contains("device.new-tpm-epoch");
  }

  @Test
  void aRevocationIsNotAnsweredWhileADecisionThatBeganBeforeItIsOpen() throws Exception {
    CompletableFuture<Void> revoked =
        transaction.execute(status -> {
          jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock_shared(:lock)")
              .param("lock", PolicyEdits.POLICY_LOCK)
              .query(Integer.class)
              .single();
          CompletableFuture<Void> revocation =
              CompletableFuture.runAsync(() -> lifecycle.revoke(device, ACTOR));
          waitUntilSomebodyWaitsForThePolicyLock();
          assertThat(revocation).isNotDone();
          assertThat(rows.device(tpm.akName())).containsEntry("lifecycle", "active");
          return revocation;
        });

    revoked.get(30, TimeUnit.SECONDS);
    assertThat(rows.device(tpm.akName())).containsEntry("lifecycle", "revoked");
  }

  private void waitUntilSomebodyWaitsForThePolicyLock() {
    boolean waits = false;
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        !waits && System.nanoTime() < until; ) {
      waits =
          jdbc.sql(
                  """
                  SELECT EXISTS (SELECT FROM pg_locks
                                  WHERE locktype = 'advisory' AND objid = 1 AND classid = 0
                                    AND NOT granted)
                  """)
              .query(Boolean.class)
              .single();
    }
    assertThat(waits).isTrue();
  }

  private long revision() {
    return jdbc.sql("SELECT revision FROM policy_revision").query(Long.class).single();
  }

  private List<String> feed() {
    return jdbc.sql("SELECT previous, present FROM status_change WHERE device_id = :id ORDER BY id")
        .param("id", device)
        .query((row, number) -> row.getString("previous") + ">" + row.getString("present"))
        .list();
  }

  private static void assertThatProblem(ThrowingCallable act, ProblemCode code) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
