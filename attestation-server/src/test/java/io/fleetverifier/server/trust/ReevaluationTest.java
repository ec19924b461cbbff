// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Policy changes, devices do nothing: their status follows. */
@ManagementApiTest
class ReevaluationTest {

  private static final Bytes GOOD = FleetRows.hash("good boot");
  private static final Bytes BAD = FleetRows.hash("bad boot");

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  @Autowired Reevaluation reevaluation;
  private ManagementApi api;
  private FleetRows fleet;
  private String group = "";
  private final String baseline = "b-" + UUID.randomUUID();

  @BeforeEach
  void aGroupThatAsksForTheGoodBoot() {
    api = plane.as(Role.ADMIN).with("If-Match", "*");
    fleet = new FleetRows(jdbc);
    group = fleet.group();
    api.post("/api/v1/baselines", "{\"name\":\"" + baseline + "\",\"aspect\":\"boot-chain\"}");
    publishAndAccept(GOOD);
    ok(
        api.put(
            "/api/v1/groups/" + group + "/bindings/" + baseline,
            "{\"purposes\":[\"unlock\",\"report\"]}"));
  }

  private int publishAndAccept(Bytes value) {
    String versions = "/api/v1/baselines/" + baseline + "/versions";
    Answer drafted =
        ok(api.post(versions, "{\"label\":\"v\",\"values\":{\"4\":\"" + value.toHex() + "\"}}"));
    int number = drafted.body().path("number").asInt();
    ok(api.post(versions + "/" + number + "/publish", ""));
    ok(accept(number, ""));
    return number;
  }

  private Answer accept(int number, String more) {
    return api.put(
        "/api/v1/groups/" + group + "/acceptances",
        "{\"baseline\":\"" + baseline + "\",\"version\":" + number + more + "}");
  }

  @Test
  void aRepairedBaselineRepairsTheVerdictAndTheFindingStaysOpen() {
    UUID device = shown(BAD, List.of("PCR_MISMATCH"));
    UUID finding = fleet.finding(device, "PCR_MISMATCH");
    publishAndAccept(BAD);

    reevaluation.round();

    assertThat(state(device)).isEqualTo("trusted");
    assertThat(device(device).path("reasonCodes").size()).isZero();
    assertThat(device(device).path("openFindings").asInt()).isEqualTo(1);
    assertThat(finding).isNotNull();
    assertThat(changes(device)).containsExactly("untrusted->trusted");
  }

  @Test
  void aRevokedVersionEndsTrustAndOpensAFinding() {
    UUID device = shown(GOOD, List.of());
    ok(api.post("/api/v1/baselines/" + baseline + "/versions/1/revoke", ""));

    reevaluation.round();

    assertThat(state(device)).isEqualTo("untrusted");
    assertThat(device(device).path("reasonCodes").toString()).contains("NO_ACCEPTED_VERSION");
    assertThat(device(device).path("openFindings").asInt()).isEqualTo(1);
    assertThat(changes(device)).containsExactly("trusted->untrusted");
  }

  @Test
  void aRoundWithoutAPolicyChangeChangesNothing() {
    UUID device = shown(GOOD, List.of());
    api.put("/api/v1/releases", "{\"on\":true}");
    reevaluation.round();
    JsonNode before = device(device);

    reevaluation.round();

    assertThat(device(device)).isEqualTo(before);
    assertThat(before.path("state").asString()).isEqualTo("trusted");
    assertThat(changes(device)).isEmpty();
  }

  @Test
  void whatWasFoundOfTheTpmStays() {
    UUID device = shown(GOOD, List.of("TPM_CLEARED"));
    api.put("/api/v1/releases", "{\"on\":true}");

    reevaluation.round();

    assertThat(device(device).path("reasonCodes").toString()).isEqualTo("[\"TPM_CLEARED\"]");
    assertThat(state(device)).isEqualTo("untrusted");
  }

  @Test
  void anAcceptanceThatEndsByTimeEndsTrust() {
    UUID device = shown(GOOD, List.of());
    ok(accept(1, ",\"until\":\"" + Instant.now().plusSeconds(3600) + "\""));
    reevaluation.round();
    assertThat(state(device)).isEqualTo("trusted");

    // As if an hour had passed since the last edit and the last evidence.
    jdbc.sql(
            """
            update acceptance set valid_from = now() - interval '2 hours', valid_to = now() - interval '1 second'
             where ended_at is null and group_id = (select id from device_group where name = :group)
            """)
        .param("group", group)
        .update();
    jdbc.sql("update policy_revision set edited_at = now() - interval '1 hour'").update();
    reevaluation.round();

    assertThat(device(device).path("reasonCodes").toString()).contains("NO_ACCEPTED_VERSION");
  }

  @Test
  void evidenceThatCameMeanwhileIsNotOverwritten() {
    UUID device = shown(BAD, List.of("PCR_MISMATCH"));
    LastShown old = rows.lastShown(device).orElseThrow();
    Reappraisal untrusted = Reappraisal.of(old, List.of(), BootLog.Absent::new, Instant.now());
    fleet.evidence(device, "unlock", List.of(), Map.of(4, GOOD), Instant.now().plusSeconds(1));

    rows.write(old, untrusted, Long.MAX_VALUE);

    assertThat(state(device)).isEqualTo("trusted");
  }

  @Autowired StatusRows rows;

  @Test
  void aRevokedDeviceIsLeftAlone() {
    UUID device = shown(GOOD, List.of());
    plane.as(Role.OPERATOR).post("/api/v1/devices/" + device + "/revoke", "");
    ok(api.post("/api/v1/baselines/" + baseline + "/versions/1/revoke", ""));

    reevaluation.round();

    assertThat(state(device)).isEqualTo("revoked");
    assertThat(device(device).path("verdict").asString()).isEqualTo("trusted");
  }

  @Test
  void manyDevicesAreAllReached() {
    List<UUID> devices =
        java.util.stream.IntStream.range(0, 230).mapToObj(i -> shown(GOOD, List.of())).toList();
    ok(api.post("/api/v1/baselines/" + baseline + "/versions/1/revoke", ""));
    reevaluation.round();
    assertThat(devices).allSatisfy(device -> assertThat(state(device)).isEqualTo("untrusted"));
  }

  @Test
  void theExplanationTellsWhichPcrDiffersFromTheNearestVersion() {
    UUID device = shown(BAD, List.of("PCR_MISMATCH", "TPM_CLEARED"));

    Answer answer = api.get("/api/v1/devices/" + device + "/explanation");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("verdict").asString()).isEqualTo("untrusted");
    JsonNode mismatch = answer.body().path("reasons").get(0);
    assertThat(mismatch.path("code").asString()).isEqualTo("PCR_MISMATCH");
    assertThat(mismatch.path("baseline").asString()).isEqualTo(baseline);
    assertThat(mismatch.path("version").asInt()).isEqualTo(1);
    assertThat(mismatch.path("pcrs").path("4").path("expected").asString()).isEqualTo(GOOD.toHex());
    assertThat(mismatch.path("pcrs").path("4").path("shown").asString()).isEqualTo(BAD.toHex());
    assertThat(answer.body().path("summary").asString())
        .isEqualTo("PCR 4 differs; no boot log explains why.");
    assertThat(answer.body().path("nextStep").asString()).isNotEmpty();
    assertThat(answer.body().path("reasons").get(1).path("code").asString())
        .isEqualTo("TPM_CLEARED");
  }

  private UUID shown(Bytes boot, List<String> reasons) {
    UUID device = fleet.device(group);
    fleet.evidence(device, "unlock", reasons, Map.of(4, boot), Instant.now());
    return device;
  }

  private String state(UUID device) {
    return device(device).path("state").asString();
  }

  private JsonNode device(UUID device) {
    return api.get("/api/v1/devices/" + device).body();
  }

  private List<String> changes(UUID device) {
    return jdbc.sql(
            """
            select previous || '->' || present as change from status_change
             where device_id = :device order by id
            """)
        .param("device", device)
        .query((row, number) -> row.getString("change"))
        .list();
  }

  private static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    return answer;
  }
}
