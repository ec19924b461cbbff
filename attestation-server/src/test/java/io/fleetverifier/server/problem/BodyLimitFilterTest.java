// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

class BodyLimitFilterTest {

  private static final long BOUND = 512L << 20;

  @Test
  void aBodyOfUnknownSizeEndsRightPastItsBound() throws Exception {
    BodyBound bound = new BodyBound(BOUND, Duration.ofMinutes(1), 0);
    BoundedRequest request = new BoundedRequest(new Endless(), bound);
    byte[] buffer = new byte[1 << 20];
    for (long read = 0; read < BOUND; read += buffer.length) {
      assertThat(request.getInputStream().readNBytes(buffer, 0, buffer.length))
          .isEqualTo(buffer.length);
    }
    assertThatExceptionOfType(BodyTooLargeException.class)
        .isThrownBy(() -> request.getInputStream().read());
  }

  @Test
  void aLargeBodyGetsTimeByWhatHasCome() {
    BodyBound bound = new BodyBound(BOUND, Duration.ofSeconds(30), 256 << 10);
    assertThat(Duration.ofNanos(bound.nanosFor(0))).isEqualTo(Duration.ofSeconds(30));
    assertThat(Duration.ofNanos(bound.nanosFor(1 << 20))).isEqualTo(Duration.ofSeconds(34));
    assertThat(Duration.ofNanos(bound.nanosFor(BOUND))).isEqualTo(Duration.ofSeconds(30 + 2048));
    assertThat(Duration.ofNanos(new BodyBound(1, Duration.ofSeconds(30), 0).nanosFor(BOUND)))
        .isEqualTo(Duration.ofSeconds(30));
  }

  /** A request whose body never ends and whose size nobody announced. */
  private static final class Endless extends MockHttpServletRequest {

    @Override
    public jakarta.servlet.ServletInputStream getInputStream() {
      return new DelegatingServletInputStream(
          new java.io.InputStream() {
            @Override
            public int read() {
              return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
              return length;
            }
          });
    }
  }
}
