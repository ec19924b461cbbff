// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.attestation.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.tpm.testing.QuoteForge;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A device has a bucket of authentic evidence. */
@AttestationTest
class DeviceBucketsTest {
  @Autowired Challenges challenges;
  @Autowired AttestationStore store;
  @Autowired Releases releases;
  @Autowired Unverifiables unverifiables;
  @Autowired BootExplanations explanations;
  @Autowired InstantSource clock;
  @Autowired Fleet fleet;
  @Autowired AttestationService unbounded;

  private AttestationService service;

  @BeforeEach
  void takeTwoAtMost() {
    DeviceBuckets buckets = new DeviceBuckets(new AttestationProperties(2, 1));
    service =
        new AttestationService(
            challenges,
            store,
            releases,
            buckets,
            unverifiables,
            explanations,
            new BootLogs(),
            clock);
  }

  @Test
  void whatIsBeyondTheBucketIsNeitherRecordedNorSpent() {
    TestDevice device = fleet.knownDevice();
    device.report().sendTo(service);
    device.report().sendTo(service);
    Map<String, @Nullable Object> before = device.written();
    Attempt third = device.report();

    assertProblem(ProblemCode.RETRY, () -> third.sendTo(service));

    assertThat(device.written()).isEqualTo(before);
    assertThat(third.sendTo(unbounded).reasons()).isEmpty();
  }

  @Test
  void oneDeviceEmptiesNoOthersBucket() {
    TestDevice loud = fleet.knownDevice();
    TestDevice quiet = fleet.knownDevice();
    loud.report().sendTo(service);
    loud.report().sendTo(service);
    assertProblem(ProblemCode.RETRY, () -> loud.report().sendTo(service));

    assertThat(quiet.report().sendTo(service).reasons()).isEmpty();
  }

  @Test
  void evidenceThatIsNobodysCountsAgainstNobody() {
    TestDevice device = fleet.knownDevice();
    UnaryOperator<QuoteForge> lie = quote -> quote.withMagic(1);
    for (int i = 0; i < 10; i++) {
      assertProblem(ProblemCode.UNVERIFIABLE, () -> device.report().forging(lie).sendTo(service));
    }

    assertThat(device.report().sendTo(service).reasons()).isEmpty();
  }
}
