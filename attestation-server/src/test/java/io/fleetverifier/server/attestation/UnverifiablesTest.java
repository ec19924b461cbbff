// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.appraisal.Verification.Fault;
import io.fleetverifier.server.problem.ProblemCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class UnverifiablesTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Unverifiables unverifiables = new Unverifiables(meters);

  @Test
  void everyOneIsCountedByItsFaultAndToldNoMoreThanACode() {
    for (int i = 0; i < 7; i++) {
      assertThat(unverifiables.quote(Fault.EXTRA_DATA_WRONG, address("192.0.2.1")).code())
          .isEqualTo(ProblemCode.UNVERIFIABLE);
    }
    assertThat(unverifiables.claims(address("192.0.2.1")).detail()).isEmpty();

    assertThat(count("extra_data_wrong")).isEqualTo(7);
    assertThat(count("claims_wrong")).isEqualTo(1);
  }

  @Test
  void anAddressGetsAFewLinesOfTheLog(CapturedOutput output) {
    for (int i = 0; i < 100; i++) {
      unverifiables.quote(Fault.SIGNATURE_WRONG, address("192.0.2.2"));
    }
    unverifiables.quote(Fault.SIGNATURE_WRONG, address("192.0.2.3"));

    assertThat(output.getOut().lines().filter(line -> line.contains("192.0.2.2"))).hasSize(5);
    assertThat(output.getOut().lines().filter(line -> line.contains("192.0.2.3"))).hasSize(1);
  }

  private double count(String fault) {
    return meters.counter("fleetverifier.unverifiable", "fault", fault).count();
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
