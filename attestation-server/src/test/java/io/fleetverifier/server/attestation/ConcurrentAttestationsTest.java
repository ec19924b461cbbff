// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.server.attestation.Fleet.Golden;
import io.fleetverifier.server.device.DeviceLifecycle;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What holds when answers, edits and replicas race (must-fail 3 and 46). */
@AttestationTest
class ConcurrentAttestationsTest {
  private static final int RIVALS = 50;
  private static final int ROUNDS = 40;

  private static Replica replica;

  @Autowired AttestationService service;
  @Autowired Fleet fleet;
  @Autowired DeviceLifecycle lifecycle;
  @Autowired PolicyEdits edits;
  @Autowired JdbcClient jdbc;
  @Autowired PlatformTransactionManager transactions;

  @BeforeAll
  static void startASecondServer() {
    replica =
        Replica.start(
            Map.of(
                "fv.attestation.burst-per-device", "1000000",
                "fv.attestation.per-device-and-minute", "1000000"));
  }

  @AfterAll
  static void stopIt() {
    replica.close();
  }

  /** What became of one request: an answer, or the problem instead. */
  private record Ending(@Nullable AttestationAnswer answer, @Nullable ProblemCode problem) {
    static Ending of(Attempt attempt, AttestationService service) {
      try {
        return new Ending(attempt.sendTo(service), null);
      } catch (ProblemException e) {
        return new Ending(null, e.code());
      }
    }

    boolean isAnswer() {
      return answer != null;
    }

    boolean isRelease() {
      return answer != null && answer.release() != null;
    }
  }

  /** must-fail 3 and 46. */
  @Test
  void ofFiftyAnswersToOneChallengeOnTwoServersExactlyOneIsRedeemed() throws Exception {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    long before = device.count("attestation");
    long releases = device.count("secret_release");
    Attempt attempt = device.unlock();
    attempt.request();

    List<Ending> endings = race(RIVALS, i -> Ending.of(attempt, server(i)));

    assertThat(endings).filteredOn(Ending::isAnswer).hasSize(1);
    assertThat(endings)
        .filteredOn(ending -> !ending.isAnswer())
        .extracting(Ending::problem)
        .isSubsetOf(ProblemCode.CHALLENGE_EXPIRED, ProblemCode.RETRY);
    assertThat(device.count("attestation")).isEqualTo(before + 1);
    assertThat(device.count("secret_release")).isEqualTo(releases + 1);
  }

  @Test
  void howeverManyAskAtOnceOneBootGetsNoMoreThanItsReleases() throws Exception {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(service);
    device.boot("1.4");
    List<Attempt> attempts = attempts(12, device);

    List<Ending> endings = race(attempts.size(), i -> Ending.of(attempts.get(i), server(i)));

    long granted = endings.stream().filter(Ending::isRelease).count();
    assertThat(granted).isBetween(1L, 5L);
    assertThat(device.count("secret_release")).isEqualTo(1 + granted);
  }

  @Test
  void howeverManyProvisionAtOnceOneVolumeHasOneSecret() throws Exception {
    TestDevice device = fleet.knownDevice();
    List<Attempt> attempts = IntStream.range(0, 8).mapToObj(i -> device.provision()).toList();
    attempts.forEach(Attempt::request);

    List<Ending> endings = race(attempts.size(), i -> Ending.of(attempts.get(i), server(i)));

    List<Bytes> secrets = new ArrayList<>();
    for (int i = 0; i < endings.size(); i++) {
      AttestationAnswer answer = endings.get(i).answer();
      if (answer != null && answer.release() != null) {
        secrets.addAll(device.opened(attempts.get(i), answer).values());
      }
    }
    assertThat(secrets).isNotEmpty();
    assertThat(secrets.stream().distinct()).hasSize(1);
    assertThat(device.written()).containsEntry("secrets", 1L);
    assertThat(device.count("secret_release")).isEqualTo(secrets.size());
  }

  @Test
  void howeverManyReportAtOnceTheFeedTellsAChangeOnce() throws Exception {
    for (int round = 0; round < 5; round++) {
      TestDevice device = fleet.knownDevice();
      List<Attempt> attempts = IntStream.range(0, 8).mapToObj(i -> device.report()).toList();
      attempts.forEach(Attempt::request);

      List<Ending> endings = race(attempts.size(), i -> Ending.of(attempts.get(i), server(i)));

      long recorded = endings.stream().filter(Ending::isAnswer).count();
      assertThat(device.written())
          .containsEntry("attestations", recorded)
          .containsEntry("changes", 1L);
    }
  }

  /** What was overtaken between its reading and its writing must not put the record back. */
  @Test
  void ofTwoBootsThatAnswerAtOnceTheLaterOneIsThePresent() throws Exception {
    for (int round = 0; round < 20; round++) {
      TestDevice device = fleet.knownDevice();
      device.report().sendTo(service);
      Attempt earlier = device.report();
      earlier.request();
      device.boot("1.4");
      Attempt later = device.report();
      later.request();

      List<Ending> endings = race(2, i -> Ending.of(i == 0 ? later : earlier, server(i)));

      assertThat(endings).allMatch(Ending::isAnswer);
      assertThat(
              jdbc.sql("SELECT reset_count FROM tpm_state WHERE tpm_id = :tpm")
                  .param("tpm", device.tpmId())
                  .query(Long.class)
                  .single())
          .isEqualTo(device.tpm().clockInfo().resetCount());
    }
  }

  @Test
  void aReevaluationThatCommitsMeanwhileIsWhatTheVerdictChangedFrom() throws Exception {
    TestDevice device = fleet.knownDevice();
    device.report().sendTo(service);
    Attempt attempt = device.report();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Ending> ending =
          new TransactionTemplate(transactions)
              .execute(status -> {
                jdbc.sql("UPDATE device_status SET verdict = 'untrusted' WHERE device_id = :device")
                    .param("device", device.id())
                    .update();
                Future<Ending> started = threads.submit(() -> Ending.of(attempt, service));
                awaitLockWait();
                return started;
              });
      assertThat(Objects.requireNonNull(ending).get(30, TimeUnit.SECONDS).isAnswer()).isTrue();
    }
    assertThat(
            jdbc.sql(
                    """
                    SELECT previous || '>' || present FROM status_change WHERE device_id = :device ORDER BY id
                    """)
                .param("device", device.id())
                .query(String.class)
                .list())
        .containsExactly("none>trusted", "untrusted>trusted");
  }

  /** Until some session waits for a row that another has written. */
  private void awaitLockWait() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!jdbc.sql(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
        .query(Boolean.class)
        .single()) {
      assertThat(System.nanoTime()).as("nobody waits").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** must-fail 46: release against revocation. */
  @Test
  void noReleaseCommitsAfterARevocationWasAnswered() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      TestDevice device = fleet.knownDevice();
      device.provisionWith(service);
      noReleaseFollows(device, random, () -> lifecycle.revoke(device.id(), "test"));
    }
  }

  /** must-fail 46: release against what is accepted. */
  @Test
  void noReleaseCommitsAfterTheEndOfAnAcceptanceWasAnswered() throws Exception {
    Random random = new Random(2);
    for (int round = 0; round < ROUNDS; round++) {
      TestDevice device = fleet.device(fleet.group());
      device.boot("1.4");
      Golden golden = fleet.accepted(device, "image", 4, 11);
      fleet.bind(device.group(), golden);
      device.provisionWith(service);
      noReleaseFollows(
          device,
          random,
          () ->
              edits.edit(
                  "test",
                  "acceptance.end",
                  "test",
                  Map.of(),
                  () ->
                      jdbc.sql("UPDATE acceptance SET ended_at = now() WHERE id = :id")
                          .param("id", golden.acceptance())
                          .update()));
    }
  }

  /**
   * Unlocks on both servers while an edit closes the device; counts releases when the edit is
   * answered and when all is quiet.
   */
  private void noReleaseFollows(TestDevice device, Random random, Runnable edit) throws Exception {
    List<Attempt> attempts = attempts(4, device);
    CountDownLatch started = new CountDownLatch(1 + random.nextInt(attempts.size()));
    long delay = random.nextInt(4_000_000);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Ending>> endings = new ArrayList<>();
      for (int i = 0; i < attempts.size(); i++) {
        Attempt attempt = attempts.get(i);
        AttestationService server = server(i);
        endings.add(
            threads.submit(() -> {
              started.countDown();
              return Ending.of(attempt, server);
            }));
      }
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      TimeUnit.NANOSECONDS.sleep(delay);
      edit.run();
      long answered = device.count("secret_release");
      for (Future<Ending> ending : endings) {
        ending.get(30, TimeUnit.SECONDS);
      }
      assertThat(device.count("secret_release")).isEqualTo(answered);
    }
  }

  private static List<Attempt> attempts(int count, TestDevice device) {
    List<Attempt> attempts = IntStream.range(0, count).mapToObj(i -> device.unlock()).toList();
    attempts.forEach(Attempt::request);
    return attempts;
  }

  private AttestationService server(int number) {
    return number % 2 == 0 ? service : replica.get(AttestationService.class);
  }

  private interface Rival {
    Ending run(int number);
  }

  private static List<Ending> race(int rivals, Rival rival)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Ending>> running =
          IntStream.range(0, rivals)
              .mapToObj(i ->
                  threads.submit(
                      (Callable<Ending>)
                          () -> {
                            start.await();
                            return rival.run(i);
                          }))
              .toList();
      start.countDown();
      List<Ending> endings = new ArrayList<>();
      for (Future<Ending> ending : running) {
        endings.add(ending.get());
      }
      return endings;
    }
  }
}
