// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AddressBucketsTest {
  private final AddressBuckets buckets = new AddressBuckets(2, 1);

  @Test
  void anAddressMayAskAsOftenAsItsBurstAllowsAndIsThenToldWhenToComeBack() {
    InetAddress address = InetAddress.ofLiteral("192.0.2.1");
    buckets.take(address);
    buckets.take(address);

    assertThatThrownBy(() -> buckets.take(address))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
              assertThat(e.retryAfter().orElseThrow())
                  .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(61));
            });
  }

  @Test
  void anAddressDoesNotPayForAnother() {
    exhaust("192.0.2.1");

    assertThatCode(() -> buckets.take(InetAddress.ofLiteral("192.0.2.2")))
        .doesNotThrowAnyException();
  }

  @Test
  void theAddressesOfOneIpv6NetworkShareABucket() {
    exhaust("2001:db8:0:1::1");

    assertThatThrownBy(() -> buckets.take(InetAddress.ofLiteral("2001:db8:0:1:ffff::2")))
        .isInstanceOf(ProblemException.class);
    assertThatCode(() -> buckets.take(InetAddress.ofLiteral("2001:db8:0:2::1")))
        .doesNotThrowAnyException();
  }

  private void exhaust(String address) {
    buckets.take(InetAddress.ofLiteral(address));
    buckets.take(InetAddress.ofLiteral(address));
  }
}
