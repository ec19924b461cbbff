// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.UnsupportedProtocolException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class WireJsonTest {
  private static final String AK = Bytes.zeros(34).toBase64Url();
  private static final String GOOD =
      "{\"protocol\":1,\"akName\":\"" + AK + "\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}";

  @Test
  void aMessageReadsBackAsItWasWritten() {
    ChallengeRequest request =
        new ChallengeRequest(1, Bytes.zeros(34), Purpose.UNLOCK, List.of("root", "data"));
    byte[] json = WireJson.strict().writeValueAsBytes(request);
    assertThat(WireJson.strict().readValue(json, ChallengeRequest.class)).isEqualTo(request);
    assertThat(WireJson.strict().readValue(GOOD, ChallengeRequest.class).purpose())
        .isEqualTo(Purpose.UNLOCK);
  }

  @Test
  void absentMembersAreNotWritten() {
    Claims claims =
        new Claims(
            1,
            Purpose.REPORT,
            List.of(),
            null,
            "sha256",
            List.of(),
            List.of(),
            null,
            "test",
            List.of(),
            null,
            null);
    assertThat(WireJson.strict().writeValueAsString(claims))
        .doesNotContain("null")
        .doesNotContain("releaseKey");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"],\"more\":1}",
        "{\"protocol\":1,\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s=\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\" %s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"AAAA\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":5,\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":null,\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":\"1\",\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1.5,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"UNLOCK\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":1,\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":\"root\"}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[null]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\",\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"../etc\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"report\",\"wanted\":[\"root\"]}",
        "{\"protocol\":1,\"akName\":\"%s\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]} {}",
        "[1]",
        "",
      })
  void aRequestThatIsNotExactlyTheMessageIsRefused(String json) {
    assertThatThrownBy(
            () -> WireJson.strict().readValue(json.formatted(AK), ChallengeRequest.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void anotherProtocolNumberIsToldApart() {
    assertThatThrownBy(() ->
            WireJson.strict()
                .readValue(
                    GOOD.replace("\"protocol\":1", "\"protocol\":2"), ChallengeRequest.class))
        .hasRootCauseInstanceOf(UnsupportedProtocolException.class);
  }

  @Test
  void claimsAndAnswersMaySayMoreThanIsKnown() {
    assertThat(
            WireJson.lenient()
                .readValue(
                    "{\"protocol\":1,\"token\":\"AA\",\"expiresIn\":300,\"new\":{\"a\":[1]}}",
                    Challenge.class))
        .isEqualTo(new Challenge(1, Bytes.of(0), 300));
    assertThatThrownBy(() ->
            WireJson.lenient()
                .readValue(
                    "{\"protocol\":1,\"protocol\":1,\"token\":\"AA\",\"expiresIn\":300}",
                    Challenge.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(40) + "]".repeat(40);
    assertThatThrownBy(() ->
            WireJson.lenient()
                .readValue(
                    "{\"protocol\":1,\"token\":\"AA\",\"expiresIn\":300,\"x\":" + deep + "}",
                    Challenge.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void anErrorNeverRepeatsTheValueOfAByteString() {
    assertThatThrownBy(() ->
            WireJson.strict().readValue(GOOD.replace(AK, "c2VjcmV0!"), ChallengeRequest.class))
        .isInstanceOf(JacksonException.class)
        .hasMessageNotContaining("c2VjcmV0!");
  }
}
