// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Problem;
import io.fleetverifier.server.device.EnrollingTpm;
import io.fleetverifier.server.device.EnrolmentService;
import io.fleetverifier.server.device.FleetRows;
import io.fleetverifier.server.device.JoinTokens;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.tpm.EkTemplate;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import tools.jackson.databind.node.ObjectNode;

@SpringBootTest
@PostgresTest
@AutoConfigureMockMvc
class EnrolmentControllerTest {
  private static final String BEGIN = "/device/v1/enrolments";
  private static final String PROVE = "/device/v1/enrolments/proof";

  private final MockMvc mvc;
  private final EnrolmentService service;
  private final JoinTokens joinTokens;
  private final FleetRows rows;
  private final EnrollingTpm tpm = EnrollingTpm.fresh();

  @Autowired
  EnrolmentControllerTest(
      MockMvc mvc, EnrolmentService service, JoinTokens joinTokens, JdbcClient jdbc) {
    this.mvc = mvc;
    this.service = service;
    this.joinTokens = joinTokens;
    this.rows = new FleetRows(jdbc);
  }

  @Test
  void aDeviceEnrolsInTwoMessagesThatNoCacheKeeps() throws Exception {
    rows.register(tpm.fingerprint(EkTemplate.L1), rows.strictGroup());

    MockHttpServletResponse begun = send(BEGIN, tpm.request("shop-17", null));
    EnrolmentChallenge challenge =
        WireJson.strict().readValue(begun.getContentAsByteArray(), EnrolmentChallenge.class);
    MockHttpServletResponse proved = send(PROVE, tpm.prove(challenge));
    EnrolmentResult result =
        WireJson.strict().readValue(proved.getContentAsByteArray(), EnrolmentResult.class);

    assertThat(begun.getStatus()).isEqualTo(201);
    assertThat(begun.getHeader(HttpHeaders.CACHE_CONTROL)).isEqualTo("no-store");
    assertThat(proved.getStatus()).isEqualTo(200);
    assertThat(proved.getHeader(HttpHeaders.CACHE_CONTROL)).isEqualTo("no-store");
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(result.ekCode()).isEqualTo(tpm.ekCode());
    assertThat(proved.getContentAsString()).contains("\"state\":\"enrolled\"");
  }

  @Test
  void aJoinTokenAsOperatorsAreGivenItAdmitsOnce() throws Exception {
    UUID group = rows.group(true, true, false);
    String joinToken = joinTokens.issue("test", nameOf(group), 1, Duration.ofHours(1)).token();

    assertThat(proved(tpm, joinToken).getStatus()).isEqualTo(200);
    Problem usedUp = problem(proved(EnrollingTpm.fresh(), joinToken), 403, "enrolment-refused");

    assertThat(rows.device(tpm.akName())).containsEntry("group_id", group);
    assertThat(usedUp.reason()).isEqualTo("JOIN_TOKEN_INVALID");
  }

  private String nameOf(UUID group) {
    return rows.jdbc()
        .sql("SELECT name FROM device_group WHERE id = :id")
        .param("id", group)
        .query(String.class)
        .single();
  }

  private MockHttpServletResponse proved(EnrollingTpm device, String joinToken) throws Exception {
    MockHttpServletResponse begun = send(BEGIN, device.request("shop-17", joinToken));
    return send(
        PROVE,
        device.prove(
            WireJson.strict().readValue(begun.getContentAsByteArray(), EnrolmentChallenge.class)));
  }

  @Test
  void aRefusalIsAProblemWithItsReason() throws Exception {
    Problem unsuitable =
        problem(
            send(BEGIN, tpm.request("x", null, tpm.tpm().unrestrictedKey().area().encode())),
            403,
            "enrolment-refused");
    Problem invalid =
        problem(
            send(PROVE, new EnrolmentProof(1, Bytes.zeros(100), Bytes.zeros(32))),
            403,
            "enrolment-refused");

    assertThat(unsuitable.reason()).isEqualTo("AK_UNSUITABLE");
    assertThat(invalid.reason()).isEqualTo("TOKEN_INVALID");
    assertThat(invalid.retryable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"protocol\":1}"})
  void whatIsNoMessageIsMalformed(String body) throws Exception {
    problem(sendText(BEGIN, body), 400, "malformed");
    problem(sendText(PROVE, body), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "ümlaut", "../up", "a\\u0000b"})
  void aNameThatIsNoDeviceNameIsMalformed(String name) throws Exception {
    String body = json(tpm.request("NAME", null)).replace("NAME", name);

    problem(sendText(BEGIN, body), 400, "malformed");
  }

  @Test
  void anUnknownMemberIsMalformed() throws Exception {
    ObjectNode body = (ObjectNode) WireJson.strict().valueToTree(tpm.request("x", null));
    body.put("more", 1);

    problem(sendText(BEGIN, body.toString()), 400, "malformed");
  }

  @Test
  void anotherProtocolNumberIsToldWhichAreSpoken() throws Exception {
    assertThat(
            problem(sendText(BEGIN, "{\"protocol\":2}"), 400, "unsupported-protocol").protocols())
        .containsExactly(1);
  }

  @Test
  void anAddressThatBeginsTooOftenIsToldToComeBack() throws Exception {
    EnrolmentController controller =
        new EnrolmentController(service, new EnrolmentProperties(1, 1));
    assertThat(begin(controller)).isEqualTo(201);

    assertThatThrownBy(() -> begin(controller)).hasMessageContaining("too-many-requests");
  }

  /**
   * must-fail 8: a proof that is refused leaves its token unspent, so it might be sent for ever.
   */
  @Test
  void anAddressThatProvesTooOftenIsToldToComeBack() throws Exception {
    EnrolmentController controller =
        new EnrolmentController(service, new EnrolmentProperties(1, 1));
    EnrolmentProof wrong = new EnrolmentProof(1, Bytes.zeros(100), Bytes.zeros(32));
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(Bytes.utf8(json(wrong)).toArray());
    assertThatThrownBy(() -> controller.prove(request)).hasMessageContaining("enrolment-refused");
    assertThatThrownBy(() -> controller.prove(request)).hasMessageContaining("too-many-requests");
  }

  private int begin(EnrolmentController controller) throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(Bytes.utf8(json(tpm.showing(EkTemplate.L2).request("x", null))).toArray());
    return controller.begin(request).getStatusCode().value();
  }

  private static String json(Object message) {
    return WireJson.strict().writeValueAsString(message);
  }

  private MockHttpServletResponse send(String path, Object message) throws Exception {
    return sendText(path, json(message));
  }

  private MockHttpServletResponse sendText(String path, String body) throws Exception {
    return mvc.perform(post(path).contentType("application/json").content(body))
        .andReturn()
        .getResponse();
  }

  private static Problem problem(MockHttpServletResponse answer, int status, String code) {
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(answer.getContentType()).startsWith("application/problem+json");
    Problem problem = WireJson.lenient().readValue(answer.getContentAsByteArray(), Problem.class);
    assertThat(problem.code()).isEqualTo(code);
    return problem;
  }
}
