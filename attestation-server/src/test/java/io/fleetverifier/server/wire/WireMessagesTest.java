// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

/** What a refused message is told about itself. */
class WireMessagesTest {

  private static ProblemException refusal(String body, Class<?> kind) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(Bytes.utf8(body).toArray());
    return catchThrowableOfType(ProblemException.class, () -> WireMessages.read(request, kind));
  }

  @Test
  void aBrokenBoundIsNamed() {
    ProblemException refused =
        refusal(
            "{\"protocol\":1,\"akName\":\"AAEC\",\"purpose\":\"report\",\"wanted\":[]}",
            ChallengeRequest.class);
    assertThat(refused.code()).isEqualTo(ProblemCode.MALFORMED);
    assertThat(refused.detail().orElseThrow()).contains("'akName' has 3 bytes");
  }

  /** As a message might do that leaves a check to the JDK, whose exceptions repeat the value. */
  record LeftToTheJdk(String address) {
    LeftToTheJdk {
      InetAddress.ofLiteral(address);
    }
  }

  @Test
  void whatTheJdkSaysOfAValueIsNotRepeated() {
    ProblemException refused = refusal("{\"address\":\"<script>fva_secret\"}", LeftToTheJdk.class);
    assertThat(refused.code()).isEqualTo(ProblemCode.MALFORMED);
    assertThat(refused.detail()).contains("The body is not exactly a message of this route.");
  }

  @Test
  void theTestWouldSeeARepeatedValue() {
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> new LeftToTheJdk("<script>fva_secret")))
        .hasMessageContaining("fva_secret");
  }

  @Test
  void whatIsNoJsonIsNotRepeatedEither() {
    for (String body : new String[] {"fva_secret", "{\"fva_secret\":1}", "null", ""}) {
      ProblemException refused = refusal(body, ChallengeRequest.class);
      assertThat(refused.code()).as(body).isEqualTo(ProblemCode.MALFORMED);
      assertThat(refused.detail().orElseThrow()).doesNotContain("fva_secret");
    }
  }
}
