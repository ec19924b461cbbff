// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.attestation.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Policy that changes between the appraisal and its record. */
@AttestationTest
class ChangingPolicyTest {
  @Autowired AttestationService undisturbed;
  @Autowired Challenges challenges;
  @Autowired AttestationStore store;
  @Autowired Releases releases;
  @Autowired DeviceBuckets buckets;
  @Autowired Unverifiables unverifiables;
  @Autowired BootExplanations explanations;
  @Autowired InstantSource clock;
  @Autowired PolicyEdits edits;
  @Autowired JdbcClient jdbc;
  @Autowired Fleet fleet;

  @Test
  void evidenceIsAppraisedAgainUnderThePolicyThatCameBetween() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(undisturbed);
    AtomicInteger writes = new AtomicInteger();
    AttestationService service =
        beforeEachWrite(() -> {
          if (writes.incrementAndGet() == 1) {
            edit(() -> removeBindings(device));
          }
        });

    assertThat(device.unlock().sendTo(service).reasons()).containsExactly("NO_BASELINE");

    assertThat(writes).hasValue(2);
    assertThat(device.count("secret_release")).isEqualTo(1);
  }

  @Test
  void whereItNeverSettlesTheDeviceComesBackAndHasSpentNothing() {
    TestDevice device = fleet.knownDevice();
    device.provisionWith(undisturbed);
    Map<String, @Nullable Object> before = device.written();
    AtomicInteger writes = new AtomicInteger();
    AttestationService service =
        beforeEachWrite(() -> {
          writes.incrementAndGet();
          edit(() -> {});
        });
    Attempt attempt = device.unlock();

    assertProblem(ProblemCode.RETRY, () -> attempt.sendTo(service));

    assertThat(writes).hasValue(3);
    assertThat(device.written()).isEqualTo(before);
    assertThat(attempt.sendTo(undisturbed).release()).isNotNull();
  }

  private void edit(Runnable change) {
    edits.edit(
        "test",
        "test.edit",
        "test",
        Map.of(),
        () -> {
          change.run();
          return true;
        });
  }

  private void removeBindings(TestDevice device) {
    jdbc.sql("DELETE FROM binding WHERE group_id = :group").param("group", device.group()).update();
  }

  private AttestationService beforeEachWrite(Runnable act) {
    AttestationStore disturbed =
        new AttestationStore() {
          @Override
          public Optional<AttestationContext> find(Bytes akName) {
            return store.find(akName);
          }

          @Override
          public Outcome record(AttestationRecord record) {
            act.run();
            return store.record(record);
          }
        };
    return new AttestationService(
        challenges,
        disturbed,
        releases,
        buckets,
        unverifiables,
        explanations,
        new BootLogs(),
        clock);
  }
}
