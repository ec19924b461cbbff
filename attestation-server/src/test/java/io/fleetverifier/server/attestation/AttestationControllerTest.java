// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Problem;
import io.fleetverifier.protocol.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;

/** The route, through all filters: bounds, exactness, answers and problems on the wire. */
@AttestationTest
class AttestationControllerTest {
  private static final String PATH = "/device/v1/attestations";

  @Autowired MockMvc mvc;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;

  private TestDevice device;
  private Map<String, @Nullable Object> before;

  @BeforeEach
  void makeADevice() {
    device = fleet.knownDevice();
    before = device.written();
  }

  @Test
  void evidenceIsAnsweredAndNoCacheKeepsTheAnswer() throws Exception {
    Attempt attempt = device.provision();

    MockHttpServletResponse response = send(text(attempt.request()));

    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getContentType()).isEqualTo("application/json");
    assertThat(response.getHeader(HttpHeaders.CACHE_CONTROL)).isEqualTo("no-store");
    AttestationAnswer answer =
        WireJson.strict().readValue(response.getContentAsByteArray(), AttestationAnswer.class);
    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.TRUSTED);
    assertThat(answer.nextAttestationAfter()).isEqualTo(3600);
    assertThat(device.opened(attempt, answer)).containsOnlyKeys("root");
  }

  @Test
  void aRefusalByPolicyIsAnAnswerAndSaysCodesOnly() throws Exception {
    device.tpm().event(7, Bytes.utf8("tampered"));

    MockHttpServletResponse response = send(text(device.unlock().request()));

    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getContentAsString())
        .isEqualTo(
            "{\"protocol\":1,\"verdict\":\"untrusted\",\"reasons\":[\"PCR_MISMATCH\",\"NOT_PROVISIONED\"],"
                + "\"nextAttestationAfter\":3600}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"more\":1", "\"protocol\":1", "\"logs\":[]", "\"Token\":\"AA\""})
  void anUnknownOrRepeatedMemberIsMalformed(String member) throws Exception {
    String body = text(device.report().request());

    assertProblem(
        send(body.substring(0, body.length() - 1) + "," + member + "}"), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "{}", "{\"protocol\":1}", "{\"protocol\":\"1\"}", "\u0000"})
  void whatIsNoMessageIsMalformed(String body) throws Exception {
    assertProblem(send(body), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7=", "7\n", "_", "+w", " 7w"})
  void whatIsNotExactlyBase64UrlIsMalformed(String token) throws Exception {
    String body = text(device.report().request());
    String sent = body.replaceFirst("\"token\":\"[^\"]*\"", "\"token\":\"" + token + "\"");

    assertProblem(send(sent), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"007", "7 ", "-1", "x", "100"})
  void anIndexThatIsNoPcrIsMalformed(String index) throws Exception {
    String body = text(device.report().request());

    assertProblem(send(body.replace("\"7\":", "\"" + index + "\":")), 400, "malformed");
  }

  @Test
  void aStructureInItsOuterSizeIsNotGuessedAt() throws Exception {
    AttestationRequest sent = device.report().request();
    Bytes wrapped = Bytes.concat(Bytes.u16(sent.quote().size()), sent.quote());
    AttestationRequest request =
        new AttestationRequest(
            1,
            sent.token(),
            sent.claims(),
            wrapped,
            sent.signature(),
            sent.pcrValues(),
            sent.logs());

    assertProblem(send(text(request)), 422, "unverifiable");
  }

  @Test
  void anotherProtocolNumberIsToldWhichAreSpoken() throws Exception {
    Problem problem = assertProblem(send("{\"protocol\":2}"), 400, "unsupported-protocol");

    assertThat(problem.protocols()).containsExactly(1);
  }

  @Test
  void aBodyBeyondItsBoundIsTooLarge() throws Exception {
    String body = "{\"protocol\":1,\"token\":\"" + "A".repeat(3 * 1024 * 1024) + "\"}";

    assertProblem(send(body), 413, "too-large");
  }

  @Test
  void aLogOfTheLargestSizeIsTakenOnceHoweverOftenItComes() throws Exception {
    Bytes name = Bytes.utf8(device.id().toString());
    Bytes log = Bytes.concat(name, Bytes.zeros(Protocol.MAX_LOG - name.size()));
    for (int i = 0; i < 2; i++) {
      Attempt attempt = device.report().withLog(LogType.TCG_BOOT, log);
      assertThat(send(text(attempt.request())).getStatus()).isEqualTo(200);
    }
    assertThat(
            jdbc.sql("SELECT count(*) FROM event_log WHERE sha256 = :sha256")
                .param("sha256", log.sha256().toArray())
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void anUnknownKeyIsNotEnrolled() throws Exception {
    jdbc.sql("UPDATE ak SET active = false WHERE name = :name")
        .param("name", device.tpm().akName().value().toArray())
        .update();

    assertProblem(send(text(device.report().request())), 403, "not-enrolled");
  }

  @Test
  void aTokenOfNobodyIsAnExpiredChallenge() throws Exception {
    String body = text(device.report().request());
    String forged = body.replaceFirst("\"token\":\"[^\"]*\"", "\"token\":\"AQEA\"");

    assertProblem(send(forged), 409, "challenge-expired");
  }

  /** A problem, and nothing else: what is known of the device stays as it was. */
  private Problem assertProblem(MockHttpServletResponse response, int status, String code) {
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(response.getContentType()).startsWith("application/problem+json");
    Problem problem = WireJson.lenient().readValue(response.getContentAsByteArray(), Problem.class);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(device.written()).isEqualTo(before);
    return problem;
  }

  private static String text(AttestationRequest request) {
    return WireJson.strict().writeValueAsString(request);
  }

  private MockHttpServletResponse send(String body) throws Exception {
    return mvc.perform(
            post(PATH)
                .contentType("application/json")
                .content(body.getBytes(StandardCharsets.UTF_8)))
        .andReturn()
        .getResponse();
  }
}
