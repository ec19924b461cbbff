// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.challenge.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.Problem;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.challenge.Challenges;
import io.fleetverifier.server.testing.PostgresTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest
@PostgresTest
@AutoConfigureMockMvc
class ChallengeControllerTest {
  private static final String AK_NAME =
      Bytes.concat(Bytes.fromHex("000b"), Bytes.utf8("an AK").sha256()).toBase64Url();
  private static final String BODY =
      "{\"protocol\":1,\"akName\":\""
          + AK_NAME
          + "\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}";

  @Autowired MockMvc mvc;
  @Autowired Challenges challenges;
  @Autowired ChallengeService service;

  @Test
  void aChallengeIsCreatedAndNoCacheKeepsIt() throws Exception {
    MockHttpServletResponse answer = send(BODY);

    assertThat(answer.getStatus()).isEqualTo(201);
    assertThat(answer.getHeader(HttpHeaders.CACHE_CONTROL)).isEqualTo("no-store");
    assertThat(answer.getContentType()).isEqualTo("application/json");
    Challenge challenge =
        WireJson.strict().readValue(answer.getContentAsByteArray(), Challenge.class);
    assertThat(challenge.expiresIn()).isEqualTo(300);
    assertThat(challenges.open(challenge.token()).wanted()).containsExactly("root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"protocol\":1}",
        "{\"protocol\":\"1\",\"akName\":\"AAAA\",\"purpose\":\"unlock\",\"wanted\":[]}",
        "{\"protocol\":1,\"akName\":\"AAAA\",\"purpose\":\"unlock\",\"wanted\":[\"root\"]}"
      })
  void whatIsNoMessageIsMalformed(String body) throws Exception {
    assertThatIsProblem(send(body), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"more\":1", "\"protocol\":1", "\"wanted\":[\"root\"]", "\"purpose\":\"report\""})
  void anUnknownOrRepeatedMemberIsMalformed(String member) throws Exception {
    assertThatIsProblem(send(BODY.replace("}", "," + member + "}")), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"erase", "UNLOCK", "0"})
  void anUnknownPurposeIsMalformed(String purpose) throws Exception {
    assertThatIsProblem(send(BODY.replace("unlock", purpose)), 400, "malformed");
  }

  @Test
  void anotherProtocolNumberIsToldWhichAreSpokenWhateverElseIsInTheMessage() throws Exception {
    Problem problem =
        assertThatIsProblem(send("{\"protocol\":2,\"new\":true}"), 400, "unsupported-protocol");

    assertThat(problem.protocols()).containsExactly(1);
  }

  @Test
  void anotherMediaTypeIsRefused() throws Exception {
    MockHttpServletResponse answer =
        mvc.perform(post("/device/v1/challenges").contentType("application/cbor").content(BODY))
            .andReturn()
            .getResponse();

    assertThatIsProblem(answer, 415, "unsupported-media-type");
  }

  @Test
  void anAddressThatAsksTooOftenIsToldWhenToComeBack() {
    ChallengeController controller =
        new ChallengeController(service, new ChallengeProperties(1, 1));
    assertThat(status(controller)).isEqualTo(201);

    assertThatThrownBy(() -> status(controller)).hasMessageContaining("too-many-requests");
  }

  private static int status(ChallengeController controller) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(Bytes.utf8(BODY).toArray());
    try {
      return controller.issue(request).getStatusCode().value();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MockHttpServletResponse send(String body) throws Exception {
    return mvc.perform(post("/device/v1/challenges").contentType("application/json").content(body))
        .andReturn()
        .getResponse();
  }

  private static Problem assertThatIsProblem(
      MockHttpServletResponse answer, int status, String code) {
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(answer.getContentType()).startsWith("application/problem+json");
    Problem problem = WireJson.lenient().readValue(answer.getContentAsByteArray(), Problem.class);
    assertThat(problem.code()).isEqualTo(code);
    return problem;
  }
}
