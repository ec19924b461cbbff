// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.endorsement.EkJudge;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.server.token.Redemptions;
import io.fleetverifier.server.token.SealedTokens;
import io.fleetverifier.tpm.EkTemplate;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Two replicas, which share nothing but the database and the token keys, and many threads. */
@SpringBootTest
@PostgresTest
class EnrolmentRaceTest {
  private static final int THREADS = 50;

  private final List<EnrolmentService> replicas;
  private final DeviceLifecycle lifecycle;
  private final Approvals approvals;
  private final FleetRows rows;

  @Autowired
  EnrolmentRaceTest(
      EnrolmentService service,
      DeviceLifecycle lifecycle,
      Approvals approvals,
      SealedTokens tokens,
      Devices devices,
      WaitingEnrolments waiting,
      AdmissionRules rules,
      EkJudge judge,
      Redemptions redemptions,
      AuditLog audit,
      InstallationState installation,
      SecureRandom random,
      InstantSource clock,
      PlatformTransactionManager transactions,
      JdbcClient jdbc) {
    EnrolmentService other =
        new EnrolmentService(
            new EnrolmentTokens(tokens, installation, clock),
            new Admissions(
                devices,
                new Enrolments(devices, waiting, rules, judge, audit),
                waiting,
                rules,
                redemptions,
                audit,
                transactions),
            installation,
            random,
            clock);
    this.replicas = List.of(service, other);
    this.lifecycle = lifecycle;
    this.approvals = approvals;
    this.rows = new FleetRows(jdbc);
  }

  /** must-fail 9 and 46: 50 threads on two servers. */
  @Test
  void oneEkSetIsEnrolledOnceAndTheJoinTokenCountedOnce() throws Exception {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    String joinToken = rows.joinToken(rows.group(true, true, false), THREADS);
    List<EnrolmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      proofs.add(proof(i, tpm, joinToken));
    }

    List<Object> answers = proveAtOnce(proofs);

    assertThat(answers).hasOnlyElementsOfType(EnrolmentResult.class);
    assertThat(answers)
        .extracting(answer -> ((EnrolmentResult) answer).deviceId())
        .containsOnly((UUID) rows.device(tpm.akName()).get("id"));
    assertThat(rows.used(joinToken)).isEqualTo(1);
  }

  @Test
  void oneEkSetWithATokenForOneUseIsEnrolledForAllThatAsk() throws Exception {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    String joinToken = rows.joinToken(rows.group(true, true, false), 1);
    List<EnrolmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      proofs.add(proof(i, tpm, joinToken));
    }

    assertThat(proveAtOnce(proofs)).hasOnlyElementsOfType(EnrolmentResult.class);
    assertThat(rows.used(joinToken)).isEqualTo(1);
  }

  /** must-fail 46: the use is counted in the transaction that enrols. */
  @Test
  void aJoinTokenForOneUseAdmitsOneOfManyDevices() throws Exception {
    String joinToken = rows.joinToken(rows.group(true, true, false, "L-1"), 1);
    List<EnrolmentProof> proofs = new ArrayList<>();
    List<EnrollingTpm> tpms = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      tpms.add(EnrollingTpm.fresh().showing(EkTemplate.L2));
      proofs.add(proof(i, tpms.get(i), joinToken));
    }

    List<Object> answers = proveAtOnce(proofs);

    assertThat(answers).filteredOn(EnrolmentResult.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn("JOIN_TOKEN_INVALID"::equals).hasSize(THREADS - 1);
    assertThat(rows.used(joinToken)).isEqualTo(1);
    assertThat(tpms).filteredOn(tpm -> !rows.device(tpm.akName()).isEmpty()).hasSize(1);
  }

  @Test
  void manyDevicesUnderOneNameAreManyDevices() throws Exception {
    String joinToken = rows.joinToken(rows.group(true, true, false, "L-1"), THREADS);
    List<EnrolmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      proofs.add(proof(i, EnrollingTpm.fresh().showing(EkTemplate.L2), joinToken));
    }

    List<Object> answers = proveAtOnce(proofs);

    assertThat(answers)
        .hasOnlyElementsOfType(EnrolmentResult.class)
        .extracting(answer -> ((EnrolmentResult) answer).deviceId())
        .doesNotHaveDuplicates();
  }

  @Test
  void oneProofCountsOnceWhoeverSendsIt() throws Exception {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    EnrolmentProof proof = proof(0, tpm, rows.joinToken(rows.group(true, true, false), 1));

    List<Object> answers = proveAtOnce(Collections.nCopies(THREADS, proof));

    assertThat(answers).filteredOn(EnrolmentResult.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn("TOKEN_INVALID"::equals).hasSize(THREADS - 1);
  }

  @Test
  void oneDeviceThatWaitsWaitsOnce() throws Exception {
    rows.group(true, false, true);
    EnrollingTpm tpm = EnrollingTpm.fresh();
    List<EnrolmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      proofs.add(proof(i, tpm, null));
    }

    List<Object> answers = proveAtOnce(proofs);

    assertThat(answers)
        .hasOnlyElementsOfType(EnrolmentResult.class)
        .extracting(answer -> ((EnrolmentResult) answer).state())
        .containsOnly(EnrolmentState.PENDING);
    assertThat(answers)
        .extracting(answer -> ((EnrolmentResult) answer).deviceId())
        .containsOnly(((EnrolmentResult) answers.getFirst()).deviceId());
  }

  @Test
  void oneAddressNeverGetsMoreThanTenPlaces() throws Exception {
    rows.group(true, false, true, "L-1");
    List<EnrolmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      proofs.add(proof(i, EnrollingTpm.fresh().showing(EkTemplate.L2), null));
    }

    List<Object> answers = proveAtOnce(proofs);

    assertThat(answers).filteredOn(EnrolmentResult.class::isInstance).hasSize(10);
    assertThat(answers).filteredOn("ADMISSION_BUSY"::equals).hasSize(10);
  }

  @Test
  void approvedWhileItAsksAgainItIsOneDevice() throws Exception {
    UUID group = rows.group(true, false, true);
    EnrollingTpm tpm = EnrollingTpm.fresh();
    UUID pending =
        replicas.getFirst().prove(proof(0, tpm, null), FleetRows.anyAddress()).deviceId();
    List<Callable<Object>> acts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      EnrolmentProof proof = proof(i, tpm, null);
      EnrolmentService replica = replicas.get(i % 2);
      acts.add(() -> answer(() -> replica.prove(proof, FleetRows.anyAddress()).deviceId()));
      acts.add(() -> answer(() -> approvals.approve(pending, tpm.ekCode(), group, "test")));
    }

    List<Object> answers = atOnce(acts);

    assertThat(answers).contains(pending).isSubsetOf(pending, "NOT_FOUND", "CONFLICT");
    assertThat(rows.device(tpm.akName())).containsEntry("id", pending);
    assertThat(
            rows.jdbc()
                .sql("SELECT count(*) FROM waiting_enrolment WHERE ek_code = :code")
                .param("code", tpm.ekCode())
                .query(Long.class)
                .single())
        .isZero();
  }

  /** must-fail 46: enrolment against revocation. */
  @Test
  void onceARevocationIsAnsweredNoProofIsAccepted() throws Exception {
    UUID group = rows.strictGroup();
    for (int round = 0; round < 5; round++) {
      EnrollingTpm tpm = EnrollingTpm.fresh();
      rows.register(tpm.fingerprint(EkTemplate.L2), group);
      UUID device =
          replicas.getFirst().prove(proof(0, tpm, null), FleetRows.anyAddress()).deviceId();
      List<EnrolmentProof> proofs = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        proofs.add(proof(i, tpm, null));
      }
      CountDownLatch revoked = new CountDownLatch(1);
      List<Callable<Object>> acts = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        EnrolmentProof proof = proofs.get(i);
        EnrolmentService replica = replicas.get(i % 2);
        boolean after = i % 3 == 0;
        acts.add(() -> {
          if (after) {
            revoked.await();
          }
          Object answer = answer(() -> replica.prove(proof, FleetRows.anyAddress()).deviceId());
          return after ? "after: " + answer : answer;
        });
      }
      acts.add(() -> {
        lifecycle.revoke(device, "test");
        revoked.countDown();
        return "revoked";
      });

      assertThat(atOnce(acts))
          .isSubsetOf(device, "DEVICE_REVOKED", "after: DEVICE_REVOKED", "revoked");
    }
  }

  private EnrolmentProof proof(int number, EnrollingTpm tpm, @Nullable String joinToken) {
    EnrolmentService replica = replicas.get(number % 2);
    return tpm.prove(replica.begin(tpm.request("shop-17", joinToken)));
  }

  private List<Object> proveAtOnce(List<EnrolmentProof> proofs) throws Exception {
    var address = FleetRows.anyAddress();
    List<Callable<Object>> acts = new ArrayList<>();
    for (int i = 0; i < proofs.size(); i++) {
      EnrolmentProof proof = proofs.get(i);
      EnrolmentService replica = replicas.get(i / 2 % 2);
      acts.add(() -> answer(() -> replica.prove(proof, address)));
    }
    return atOnce(acts);
  }

  /** The answer, or the reason or code of the problem instead. */
  private static Object answer(Callable<Object> act) throws Exception {
    try {
      return act.call();
    } catch (ProblemException e) {
      return e.members().getOrDefault("reason", e.code().name());
    }
  }

  private static List<Object> atOnce(List<Callable<Object>> acts)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(acts.size());
    try (ExecutorService threads = Executors.newFixedThreadPool(acts.size())) {
      List<Future<Object>> futures = new ArrayList<>();
      for (Callable<Object> act : acts) {
        futures.add(
            threads.submit(() -> {
              start.countDown();
              start.await();
              return act.call();
            }));
      }
      List<Object> answers = new ArrayList<>();
      for (Future<Object> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
