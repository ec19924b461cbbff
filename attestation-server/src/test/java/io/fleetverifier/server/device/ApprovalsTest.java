// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static io.fleetverifier.server.device.EnrolmentServiceTest.assertThatRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.tpm.EkTemplate;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@PostgresTest
class ApprovalsTest {
  private static final String ACTOR = "token:1:an operator";

  private final EnrolmentService service;
  private final Approvals approvals;
  private final WaitingEnrolments waiting;
  private final TransactionTemplate transaction;
  private final JdbcClient jdbc;
  private final FleetRows rows;
  private final UUID group;
  private final InetAddress address = FleetRows.anyAddress();

  @Autowired
  ApprovalsTest(
      EnrolmentService service,
      Approvals approvals,
      WaitingEnrolments waiting,
      PlatformTransactionManager transactions,
      JdbcClient jdbc) {
    this.service = service;
    this.approvals = approvals;
    this.waiting = waiting;
    this.transaction = new TransactionTemplate(transactions);
    this.jdbc = jdbc;
    this.rows = new FleetRows(jdbc);
    this.group = rows.group(true, false, true);
  }

  @Test
  void aDeviceThatNothingProvesOursWaitsAndIsNoDeviceYet() {
    EnrollingTpm tpm = EnrollingTpm.fresh();

    EnrolmentResult result = enrol(tpm);

    assertThat(result.state()).isEqualTo(EnrolmentState.PENDING);
    assertThat(result.ekCode()).isEqualTo(tpm.ekCode());
    assertThat(rows.device(tpm.akName())).isEmpty();
    assertThat(isWaiting(result.deviceId())).isTrue();
  }

  @Test
  void itKeepsItsPlaceWhenItAsksAgain() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    EnrolmentResult first = enrol(tpm);
    Map<String, Long> before = rows.counts();

    for (EnrollingTpm again : List.of(tpm, tpm.showing(EkTemplate.L2, EkTemplate.L1))) {
      EnrolmentResult result = enrol(again);
      assertThat(result.deviceId()).isEqualTo(first.deviceId());
      assertThat(result.state()).isEqualTo(EnrolmentState.PENDING);
    }
    assertThat(rows.counts().get("waiting_enrolment")).isEqualTo(before.get("waiting_enrolment"));
  }

  @Test
  void approvedItIsADeviceUnderTheIdItWaitedWith() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    EnrolmentResult pending = enrol(tpm);

    UUID device = approvals.approve(pending.deviceId(), tpm.ekCode(), group, ACTOR);

    assertThat(device).isEqualTo(pending.deviceId());
    assertThat(rows.device(tpm.akName()))
        .containsEntry("id", device)
        .containsEntry("group_id", group)
        .containsEntry("genuine", "unproven")
        .containsEntry("ours", "approval")
        .containsEntry("sealing_ek", "L-2");
    assertThat(isWaiting(device)).isFalse();
    EnrolmentResult again = enrol(tpm);
    assertThat(again.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(again.deviceId()).isEqualTo(device);
    assertThat(actor(device)).isEqualTo(ACTOR);
  }

  @Test
  void itIsNotApprovedUnderAnotherDevicesCode() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();

    assertThatProblem(
        () -> approvals.approve(pending, EnrollingTpm.fresh().ekCode(), group, ACTOR),
        ProblemCode.CONFLICT,
        null);

    assertThat(rows.device(tpm.akName())).isEmpty();
    assertThat(isWaiting(pending)).isTrue();
  }

  @Test
  void aGroupThatTakesNoUnprovenDeviceOrNoApprovalDoesNotGetIt() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();

    for (UUID other : List.of(rows.group(false, true, true), rows.group(true, true, false))) {
      assertThatProblem(
          () -> approvals.approve(pending, tpm.ekCode(), other, ACTOR),
          ProblemCode.CONFLICT,
          "NOT_ADMITTED");
    }
    assertThatProblem(
        () -> approvals.approve(pending, tpm.ekCode(), UUID.randomUUID(), ACTOR),
        ProblemCode.NOT_FOUND,
        null);
    assertThat(isWaiting(pending)).isTrue();
  }

  @Test
  void anIncompleteSetWaitsOnlyWhereSomeGroupAllowsItAndOnlyThatGroupGetsIt() {
    EnrollingTpm tpm = EnrollingTpm.fresh().showing(EkTemplate.L2);
    transaction.executeWithoutResult(status -> {
      jdbc.sql("UPDATE device_group SET optional_ek_templates = '{}'").update();
      assertThatRefused(() -> enrol(tpm), "EK_SET_INCOMPLETE");
      status.setRollbackOnly();
    });
    UUID lenient = rows.group(true, false, true, "L-1");

    UUID pending = enrol(tpm).deviceId();

    assertThatProblem(
        () -> approvals.approve(pending, tpm.ekCode(), group, ACTOR),
        ProblemCode.CONFLICT,
        "EK_SET_INCOMPLETE");
    assertThat(approvals.approve(pending, tpm.ekCode(), lenient, ACTOR)).isEqualTo(pending);
  }

  @Test
  void deniedItIsForgottenAndMayAskAgain() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();

    approvals.deny(pending, ACTOR);

    assertThat(isWaiting(pending)).isFalse();
    assertThatProblem(
        () -> approvals.approve(pending, tpm.ekCode(), group, ACTOR), ProblemCode.NOT_FOUND, null);
    assertThatProblem(() -> approvals.deny(pending, ACTOR), ProblemCode.NOT_FOUND, null);
    assertThat(enrol(tpm).deviceId()).isNotEqualTo(pending);
  }

  @Test
  void whatWasProvedOursMeanwhileKeepsTheIdItWaitedWithAndWaitsNoMore() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();
    rows.register(tpm.fingerprint(EkTemplate.L1), rows.strictGroup());

    EnrolmentResult result = enrol(tpm);

    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(result.deviceId()).isEqualTo(pending);
    assertThat(isWaiting(pending)).isFalse();
  }

  @Test
  void partOfASetThatWasEnrolledMeanwhileIsNotApproved() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID one = enrol(tpm).deviceId();
    // The same TPM shows one more key, under an AK of its own so that both may wait.
    EnrollingTpm more = tpm.showing(EkTemplate.L1, EkTemplate.L2, EkTemplate.H2);
    assertThatRefused(() -> enrol(more), "EK_SET_CONFLICT");
    jdbc.sql("UPDATE waiting_enrolment SET ak_name = :other WHERE id = :id")
        .param("other", Bytes.concat(Bytes.fromHex("000b"), Bytes.zeros(32)).toArray())
        .param("id", one)
        .update();
    UUID two = enrol(more).deviceId();
    approvals.approve(two, more.ekCode(), group, ACTOR);

    assertThatProblem(
        () -> approvals.approve(one, tpm.ekCode(), group, ACTOR),
        ProblemCode.CONFLICT,
        "EK_SET_CONFLICT");
  }

  @Test
  void oneAddressAddsTenInAnHour() {
    InetAddress busy = FleetRows.anyAddress();
    UUID lenient = rows.group(true, false, true, "L-1");
    assertThat(lenient).isNotNull();
    for (int i = 0; i < 10; i++) {
      assertThat(enrolFrom(onlyL2(), busy).state()).isEqualTo(EnrolmentState.PENDING);
    }
    EnrollingTpm eleventh = onlyL2();
    Map<String, Long> before = rows.counts();

    assertThatRefused(() -> enrolFrom(eleventh, busy), "ADMISSION_BUSY");

    assertThat(rows.counts()).isEqualTo(before);
    assertThat(enrolFrom(eleventh, FleetRows.anyAddress()).state())
        .isEqualTo(EnrolmentState.PENDING);
    jdbc.sql(
            """
            UPDATE waiting_enrolment SET created_at = now() - interval '61 minutes'
             WHERE address = CAST(:address AS inet)
            """)
        .param("address", busy.getHostAddress())
        .update();
    assertThat(enrolFrom(onlyL2(), busy).state()).isEqualTo(EnrolmentState.PENDING);
  }

  @Test
  void theAddressesOfOneIpv6NetworkCountTogether() {
    rows.group(true, false, true, "L-1");
    String network = "2001:db8:" + Integer.toHexString(address.hashCode() & 0xffff) + ":1::";
    for (int i = 0; i < 10; i++) {
      enrolFrom(onlyL2(), InetAddress.ofLiteral(network + (i + 1)));
    }

    assertThatRefused(
        () -> enrolFrom(onlyL2(), InetAddress.ofLiteral(network + "ffff")), "ADMISSION_BUSY");
  }

  @Test
  void atMostAThousandWait() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    transaction.executeWithoutResult(status -> {
      fillUpTo(999);
      assertThat(enrol(tpm).state()).isEqualTo(EnrolmentState.PENDING);
      assertThatRefused(() -> enrol(EnrollingTpm.fresh()), "ADMISSION_BUSY");
      status.setRollbackOnly();
    });
    assertThat(rows.device(tpm.akName())).isEmpty();
  }

  private void fillUpTo(int most) {
    jdbc.sql(
            """
            INSERT INTO waiting_enrolment
                   (id, ek_set, ek_code, name, ak_name, request, address, expires_at)
            SELECT gen_random_uuid(), sha256(CAST(CAST(i AS text) AS bytea)), 'x', 'x',
                   CAST(CAST(i AS text) AS bytea), '', '192.0.2.1', now() + interval '1 day'
              FROM generate_series(1, :most - (SELECT count(*) FROM waiting_enrolment)) AS i
            """)
        .param("most", most)
        .update();
  }

  @Test
  void afterSevenDaysItIsForgotten() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();
    assertThat(daysLeft(pending)).isEqualTo(7);
    jdbc.sql("UPDATE waiting_enrolment SET expires_at = now() - interval '1 second' WHERE id = :id")
        .param("id", pending)
        .update();

    assertThatProblem(
        () -> approvals.approve(pending, tpm.ekCode(), group, ACTOR), ProblemCode.NOT_FOUND, null);
    waiting.prune();

    assertThat(isWaiting(pending)).isFalse();
    assertThat(enrol(tpm).deviceId()).isNotEqualTo(pending);
  }

  @Test
  void whatExpiredButWasNotSweptYetMakesRoomForTheSameDevice() {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending = enrol(tpm).deviceId();
    jdbc.sql("UPDATE waiting_enrolment SET expires_at = now() - interval '1 second' WHERE id = :id")
        .param("id", pending)
        .update();

    assertThat(enrol(tpm).deviceId()).isNotEqualTo(pending);
  }

  private int daysLeft(UUID id) {
    return jdbc.sql(
            """
            SELECT extract(epoch FROM expires_at - created_at) / 86400 FROM waiting_enrolment
             WHERE id = :id
            """)
        .param("id", id)
        .query(Integer.class)
        .single();
  }

  private static EnrollingTpm onlyL2() {
    return EnrollingTpm.fresh().showing(EkTemplate.L2);
  }

  private EnrolmentResult enrol(EnrollingTpm tpm) {
    return enrolFrom(tpm, address);
  }

  private EnrolmentResult enrolFrom(EnrollingTpm tpm, InetAddress from) {
    return service.prove(tpm.prove(service.begin(tpm.request("a-box", null))), from);
  }

  private boolean isWaiting(UUID id) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM waiting_enrolment WHERE id = :id)")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  private String actor(UUID device) {
    return jdbc.sql(
            "SELECT actor FROM audit_event WHERE act = 'device.enrol' AND subject = :subject")
        .param("subject", "device/" + device)
        .query(String.class)
        .single();
  }

  private static void assertThatProblem(
      ThrowingCallable act, ProblemCode code, @Nullable String reason) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.members().get("reason")).isEqualTo(reason);
            });
  }
}
