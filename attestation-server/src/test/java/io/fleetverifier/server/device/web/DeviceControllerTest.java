// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.device.Candidate;
import io.fleetverifier.server.device.EnrollingTpm;
import io.fleetverifier.server.secret.Secrets;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ManagementApiTest
class DeviceControllerTest {

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  @Autowired Secrets secrets;
  private ManagementApi api;
  private FleetRows fleet;
  private String group = "";
  private UUID device = new UUID(0, 0);
  private String path = "";

  @BeforeEach
  void operatorAndDevice() {
    api = plane.as(Role.OPERATOR);
    fleet = new FleetRows(jdbc);
    group = fleet.group();
    device = fleet.device(group);
    path = "/api/v1/devices/" + device;
  }

  @Test
  void aDeviceIsShownWithItsTpmAndKeys() {
    jdbc.sql(
            """
            insert into tpm_state (tpm_id, epoch, reset_count, restart_count, clock, safe, firmware_version, received_at)
            select id, 1, 7, 2, 9, true, 18446744073709551615, now() from tpm where device_id = :device
            """)
        .param("device", device)
        .update();
    Answer answer = api.get(path);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("state").asString()).isEqualTo("never-attested");
    assertThat(answer.body().path("freshness").asString()).isEqualTo("never");
    assertThat(answer.body().has("verdict")).isFalse();
    var tpm = answer.body().path("tpms").get(0);
    assertThat(tpm.path("active").asBoolean()).isTrue();
    assertThat(tpm.path("genuine").asString()).isEqualTo("endorsed");
    assertThat(tpm.path("eks").get(0).path("fingerprint").asString())
        .isEqualTo(FleetRows.hash("ek " + device).toHex());
    assertThat(tpm.path("aks").get(0).path("name").asString())
        .isEqualTo("000b" + FleetRows.hash("ak " + device).toHex());
    assertThat(tpm.path("state").path("resetCount").asLong()).isEqualTo(7);
    assertThat(tpm.path("state").path("firmwareVersion").asString()).isEqualTo("f".repeat(16));
    assertThat(tpm.path("state").path("receivedAt").asString()).endsWith("Z");
  }

  @Test
  void devicesAreListedAndFiltered() {
    UUID trusted = fleet.device(group);
    fleet.evidence(trusted, "unlock", List.of(), Map.of(), Instant.now());

    assertThat(ids(api.get("/api/v1/devices?group=" + group)))
        .containsExactlyInAnyOrder(device.toString(), trusted.toString());
    assertThat(ids(api.get("/api/v1/devices?group=" + group + "&state=trusted")))
        .containsExactly(trusted.toString());
    assertThat(ids(api.get("/api/v1/devices?name=d-" + device))).containsExactly(device.toString());
    assertThat(ids(api.get("/api/v1/devices?name=%25"))).isEmpty();
    assertThat(ids(api.get("/api/v1/devices?group=nothing"))).isEmpty();
    Answer first = api.get("/api/v1/devices?limit=1&group=" + group);
    Answer second =
        api.get(
            "/api/v1/devices?limit=1&group="
                + group
                + "&cursor="
                + first.body().path("next").asString());
    assertThat(second.body().has("next")).isFalse();
    assertThat(ids(first)).doesNotContainAnyElementsOf(ids(second));
  }

  @Test
  void anUnknownDeviceIsNotFoundByAnyRoute() {
    String unknown = "/api/v1/devices/" + UUID.randomUUID();
    for (String below : List.of("", "/attestations", "/explanation", "/findings", "/secrets")) {
      assertThat(api.get(unknown + below).status()).as(below).isEqualTo(404);
    }
    for (String below :
        List.of(
            "/revoke",
            "/reinstate",
            "/tpm-epoch",
            "/secrets/root/renew",
            "/findings/" + UUID.randomUUID() + "/acknowledge")) {
      assertThat(api.post(unknown + below, "").status()).as(below).isEqualTo(404);
    }
    assertThat(api.post(unknown + "/group", "{\"group\":\"" + group + "\"}").status())
        .isEqualTo(404);
    assertThat(api.delete(unknown).status()).isEqualTo(404);
    assertThat(api.get("/api/v1/devices/x").status()).isEqualTo(400);
  }

  @Test
  void aDeviceIsRevokedReinstatedAndRetired() {
    fleet.evidence(device, "unlock", List.of(), Map.of(), Instant.now());
    assertThat(api.post(path + "/revoke", "").body().path("state").asString()).isEqualTo("revoked");
    assertThat(api.post(path + "/reinstate", "").body().path("state").asString())
        .isEqualTo("trusted");
    assertThat(api.delete(path).status()).isEqualTo(204);
    Answer gone = api.get(path);
    assertThat(gone.body().path("state").asString()).isEqualTo("retired");
    assertThat(gone.body().path("since")).isEqualTo(gone.body().path("endedAt"));
    assertThat(api.post(path + "/reinstate", "").status()).isEqualTo(409);
    assertThat(api.post(path + "/group", "{\"group\":\"" + group + "\"}").status()).isEqualTo(409);
  }

  @Test
  void aDeviceWithoutSecretsIsMovedByAnOperator() {
    String other = fleet.group();
    long revision = revision();
    Answer moved = api.post(path + "/group", "{\"group\":\"" + other + "\"}");
    assertThat(moved.body().path("group").asString()).as(moved.text()).isEqualTo(other);
    assertThat(revision()).isEqualTo(revision + 1);
    assertThat(api.post(path + "/group", "{\"group\":\"nothing\"}").status()).isEqualTo(422);
  }

  @Test
  void aDeviceThatHasSecretsIsMovedByASecurityEngineerOnly() {
    Bytes ek = FleetRows.hash("ek");
    try (var prepared = secrets.make(Optional.empty(), "root", 1, ek)) {
      fleet.secret(device, prepared.stored());
    }
    String other = "{\"group\":\"" + fleet.group() + "\"}";
    Answer refused = api.post(path + "/group", other);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("forbidden");
    assertThat(api.get(path).body().path("group").asString()).isEqualTo(group);
    assertThat(plane.as(Role.SECURITY_ENGINEER).post(path + "/group", other).status())
        .isEqualTo(200);
  }

  @Test
  void aNewTpmEpochIsOpened() {
    Answer opened = api.post(path + "/tpm-epoch", "");
    assertThat(opened.body().path("tpms").get(0).path("epoch").asInt()).isEqualTo(2);
    assertThat(opened.body().path("tpms").get(0).has("state")).isFalse();
  }

  @Test
  void attestationsAreShownNewestFirstWithWhatWasFound() {
    Bytes boot = FleetRows.hash("boot");
    Instant now = Instant.now();
    for (int i = 0; i < 3; i++) {
      fleet.evidence(
          device,
          "unlock",
          List.of("PCR_MISMATCH"),
          Map.of(4, boot),
          now.minus(Duration.ofMinutes(i)));
    }
    UUID newest = fleet.evidence(device, "report", List.of(), Map.of(), now.plusSeconds(1));

    Answer first = api.get(path + "/attestations?limit=2");
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.body().path("items").get(0).path("id").asString())
        .isEqualTo(newest.toString());
    var second = first.body().path("items").get(1);
    assertThat(second.path("verdict").asString()).isEqualTo("untrusted");
    assertThat(second.path("reasons").toString()).isEqualTo("[\"PCR_MISMATCH\"]");
    assertThat(second.path("pcrValues").path("4").asString()).isEqualTo(boot.toHex());
    assertThat(second.path("pcrValues").size()).isEqualTo(15);
    Answer rest =
        api.get(path + "/attestations?limit=2&cursor=" + first.body().path("next").asString());
    assertThat(rest.body().path("items").size()).isEqualTo(2);
    assertThat(rest.body().has("next")).isFalse();
  }

  @Test
  void aFindingStaysOpenUntilItIsAcknowledgedOnce() {
    UUID finding = fleet.finding(device, "PCR_MISMATCH");
    fleet.evidence(device, "unlock", List.of(), Map.of(), Instant.now());
    assertThat(api.get(path).body().path("openFindings").asInt()).isEqualTo(1);

    String one = path + "/findings/" + finding;
    UUID other = fleet.device(group);
    assertThat(
            api.post("/api/v1/devices/" + other + "/findings/" + finding + "/acknowledge", "")
                .status())
        .isEqualTo(404);
    assertThat(api.post(one + "/acknowledge", "").status()).isEqualTo(204);
    assertThat(api.post(one + "/acknowledge", "").status()).isEqualTo(409);
    assertThat(api.get(path + "/findings?open=true").body().path("items").size()).isZero();
    var closed = api.get(path + "/findings").body().path("items").get(0);
    assertThat(closed.path("acknowledgedBy").asString()).contains("test operator");
    assertThat(api.get(path).body().path("openFindings").asInt()).isZero();
  }

  @Test
  void waitingEnrolmentsAreShownAndDenied() {
    UUID waiting = UUID.randomUUID();
    EnrolmentRequest box = EnrollingTpm.fresh().request("box", null);
    jdbc.sql(
            """
            insert into waiting_enrolment (id, ek_set, ek_code, name, ak_name, request, address, expires_at)
            values (:id, :hash, 'ABCD-EFGH-IJKL-MNOP', 'box', :hash, :request, '192.0.2.7', now() + interval '1 day')
            """)
        .param("id", waiting)
        .param("hash", FleetRows.hash("waiting " + waiting).toArray())
        .param("request", new Candidate("box", box.ak(), box.eks(), List.of()).toJson())
        .update();
    Answer list = api.get("/api/v1/waiting?limit=500");
    assertThat(list.text())
        .as(list.text())
        .contains(waiting.toString(), "ABCD-EFGH-IJKL-MNOP", "192.0.2.7");
    for (String code : List.of("", "ABCD", "ABCD-EFGH-IJKL-MNO1", "ABCDEFGHIJKLMNOP")) {
      assertThat(
              api.post(
                      "/api/v1/waiting/" + waiting + "/approve",
                      "{\"ekCode\":\"" + code + "\",\"group\":\"" + group + "\"}")
                  .status())
          .as(code)
          .isEqualTo(422);
    }
    assertThat(
            api.post(
                    "/api/v1/waiting/" + UUID.randomUUID() + "/approve",
                    "{\"ekCode\":\"abcd-efgh-ijkl-mnop\",\"group\":\"" + group + "\"}")
                .status())
        .isEqualTo(404);
    jdbc.sql("delete from waiting_enrolment where id = :id").param("id", waiting).update();
  }

  private static List<String> ids(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body().path("items").valueStream().map(d -> d.path("id").asString()).toList();
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }
}
