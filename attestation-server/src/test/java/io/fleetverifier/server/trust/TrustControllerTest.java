// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The one state, its precedence, and polling. */
@ManagementApiTest
class TrustControllerTest {

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  private ManagementApi api;
  private FleetRows fleet;
  private String group = "";

  @BeforeEach
  void viewerAndGroup() {
    api = plane.as(Role.VIEWER);
    fleet = new FleetRows(jdbc);
    group = fleet.group();
  }

  @Test
  void silenceIsNeverShownAsTrust() {
    Instant now = Instant.now();
    UUID never = fleet.device(group);
    UUID fresh = shown(List.of(), now.minus(Duration.ofMinutes(119)));
    UUID silent = shown(List.of(), now.minus(Duration.ofMinutes(121)));
    UUID untrusted = shown(List.of("PCR_MISMATCH"), now);
    UUID silentAndUntrusted = shown(List.of("PCR_MISMATCH"), now.minus(Duration.ofDays(3)));

    assertState(never, "never-attested", "never");
    assertState(fresh, "trusted", "fresh");
    assertState(silent, "stale", "stale");
    assertState(untrusted, "untrusted", "fresh");
    assertState(silentAndUntrusted, "untrusted", "stale");
    assertThat(row(silent).path("verdict").asString()).isEqualTo("trusted");
    assertThat(Instant.parse(row(silent).path("since").asString()))
        .as("it became stale two intervals after its last evidence")
        .isEqualTo(Instant.parse(row(silent).path("lastEvidence").asString()).plusSeconds(7200));
  }

  @Test
  void lifeCycleComesBeforeEverythingElse() {
    UUID revoked = shown(List.of("PCR_MISMATCH"), Instant.now());
    UUID retired = shown(List.of(), Instant.now());
    ManagementApi operator = plane.as(Role.OPERATOR);
    operator.post("/api/v1/devices/" + revoked + "/revoke", "");
    operator.post("/api/v1/devices/" + retired + "/revoke", "");
    operator.delete("/api/v1/devices/" + retired);

    assertState(revoked, "revoked", "fresh");
    assertState(retired, "retired", "fresh");
    assertThat(row(revoked).path("reasonCodes").toString()).isEqualTo("[\"PCR_MISMATCH\"]");
    assertThat(Instant.parse(row(revoked).path("since").asString()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @Test
  void anUnchangedPageIsNotSentAgain() {
    UUID device = shown(List.of(), Instant.now());
    String path = "/api/v1/trust/devices?group=" + group;
    Answer first = api.get(path);
    assertThat(first.header("Cache-Control")).contains("no-cache").contains("private");

    Answer again = api.with("If-None-Match", first.header("ETag")).get(path);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.text()).isEmpty();

    fleet.finding(device, "PCR_MISMATCH");
    Answer changed = api.with("If-None-Match", first.header("ETag")).get(path);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().path("items").get(0).path("openFindings").asInt()).isEqualTo(1);
  }

  @Test
  void theSummaryCountsByStateGroupAndReason() {
    shown(List.of("PCR_MISMATCH", "WRONG_PHASE"), Instant.now());
    shown(List.of("PCR_MISMATCH"), Instant.now());
    shown(List.of(), Instant.now());
    String empty = fleet.group();

    Answer answer = api.get("/api/v1/trust/summary");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode ours = ofGroup(answer, group);
    assertThat(ours.path("devices").asInt()).isEqualTo(3);
    assertThat(ours.path("states").path("untrusted").asInt()).isEqualTo(2);
    assertThat(ours.path("states").path("trusted").asInt()).isEqualTo(1);
    assertThat(ours.path("states").path("stale").asInt()).isZero();
    assertThat(ofGroup(answer, empty).path("states").size()).isEqualTo(6);
    assertThat(answer.body().path("reasons").path("PCR_MISMATCH").asInt())
        .isGreaterThanOrEqualTo(2);
    long sum = answer.body().path("states").valueStream().mapToLong(JsonNode::asLong).sum();
    assertThat(answer.body().path("devices").asLong()).isEqualTo(sum);
    assertThat(
            api.with("If-None-Match", answer.header("ETag")).get("/api/v1/trust/summary").status())
        .isEqualTo(304);
  }

  @Test
  void rowsAreFilteredByState() {
    shown(List.of(), Instant.now());
    UUID bad = shown(List.of("PCR_MISMATCH"), Instant.now());
    Answer answer = api.get("/api/v1/trust/devices?state=untrusted&group=" + group);
    assertThat(answer.body().path("items").size()).isEqualTo(1);
    assertThat(answer.body().path("items").get(0).path("deviceId").asString())
        .isEqualTo(bad.toString());
  }

  @Test
  void theSwitchIsTurnedOffByAnOperatorAndOnByASecurityEngineer() {
    ManagementApi operator = plane.as(Role.OPERATOR);
    assertThat(operator.put("/api/v1/releases", "{\"on\":false}").status()).isEqualTo(200);
    assertThat(api.get("/api/v1/releases").body().path("on").asBoolean()).isFalse();
    assertThat(operator.put("/api/v1/releases", "{\"on\":true}").status()).isEqualTo(403);
    assertThat(operator.put("/api/v1/releases", "{}").status()).isEqualTo(400);
    assertThat(api.get("/api/v1/releases").body().path("on").asBoolean()).isFalse();
    assertThat(plane.as(Role.SECURITY_ENGINEER).put("/api/v1/releases", "{\"on\":true}").status())
        .isEqualTo(200);
    assertThat(api.get("/api/v1/releases").body().path("on").asBoolean()).isTrue();
  }

  @Test
  void theAuditLogIsShownNewestFirstAndFiltered() {
    UUID device = fleet.device(group);
    plane.as(Role.OPERATOR).post("/api/v1/devices/" + device + "/revoke", "");
    plane.as(Role.OPERATOR).post("/api/v1/devices/" + device + "/reinstate", "");
    ManagementApi auditor = plane.as(Role.AUDITOR);

    Answer page = auditor.get("/api/v1/audit?limit=1&subject=device/" + device);
    assertThat(page.body().path("items").get(0).path("act").asString())
        .isEqualTo("device.reinstate");
    Answer next =
        auditor.get(
            "/api/v1/audit?limit=1&subject=device/"
                + device
                + "&cursor="
                + page.body().path("next").asString());
    assertThat(next.body().path("items").get(0).path("act").asString()).isEqualTo("device.revoke");
    assertThat(next.body().path("items").get(0).path("actor").asString()).contains("test operator");
    assertThat(next.body().has("next")).isFalse();
  }

  private UUID shown(List<String> reasons, Instant at) {
    UUID device = fleet.device(group);
    fleet.evidence(device, "unlock", reasons, Map.of(), at);
    return device;
  }

  private void assertState(UUID device, String state, String freshness) {
    assertThat(row(device).path("state").asString()).isEqualTo(state);
    assertThat(row(device).path("freshness").asString()).isEqualTo(freshness);
  }

  private JsonNode row(UUID device) {
    Answer answer = api.get("/api/v1/trust/devices?group=" + group);
    return answer
        .body()
        .path("items")
        .valueStream()
        .filter(row -> row.path("deviceId").asString().equals(device.toString()))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode ofGroup(Answer summary, String name) {
    return summary
        .body()
        .path("groups")
        .valueStream()
        .filter(row -> row.path("group").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
