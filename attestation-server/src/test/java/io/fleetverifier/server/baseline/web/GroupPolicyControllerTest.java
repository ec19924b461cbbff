// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Bindings and acceptances. */
@ManagementApiTest
class GroupPolicyControllerTest {

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  private ManagementApi api;
  private String group = "";
  private String bindings = "";
  private String acceptances = "";
  private final String baseline = "b-" + UUID.randomUUID();

  @BeforeEach
  void engineerGroupAndPublishedVersion() {
    api = plane.as(Role.SECURITY_ENGINEER);
    group = new FleetRows(jdbc).group();
    bindings = "/api/v1/groups/" + group + "/bindings";
    acceptances = "/api/v1/groups/" + group + "/acceptances";
    api.post("/api/v1/baselines", "{\"name\":\"" + baseline + "\",\"aspect\":\"image\"}");
    draft();
    act(1, "publish");
  }

  @Test
  void aBindingIsMadeChangedShownAndRemoved() {
    long revision = revision();
    Answer made = bind("{\"purposes\":[\"unlock\",\"report\"]}");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.body().path("purposes").toString()).isEqualTo("[\"unlock\",\"report\"]");
    assertThat(made.body().has("observeUntil")).isFalse();

    Instant until = Instant.now().plus(Duration.ofDays(3));
    Answer changed = bind("{\"purposes\":[\"provision\"],\"observeUntil\":\"" + until + "\"}");
    assertThat(changed.body().path("purposes").toString()).isEqualTo("[\"provision\"]");
    assertThat(api.get(bindings + "/" + baseline).body().has("observeUntil")).isTrue();
    assertThat(api.get(bindings).body().path("items").size()).isEqualTo(1);

    assertThat(api.delete(bindings + "/" + baseline).status()).isEqualTo(204);
    assertThat(api.get(bindings + "/" + baseline).status()).isEqualTo(404);
    assertThat(api.delete(bindings + "/" + baseline).status()).isEqualTo(404);
    assertThat(revision()).isEqualTo(revision + 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"purposes\":[]}",
        "{}",
        "{\"purposes\":[\"unlock\"],\"observeUntil\":\"2020-01-01T00:00:00Z\"}",
        "{\"purposes\":[\"unlock\"],\"observeUntil\":\"2120-01-01T00:00:00Z\"}"
      })
  void aBindingOutOfBoundsIsInvalid(String body) {
    assertThat(bind(body).code()).isEqualTo("invalid");
  }

  @Test
  void aBindingWarnsOfWhatAllThatIsEnforcedLeavesOpen() {
    String secureBoot = "s-" + UUID.randomUUID();
    api.post("/api/v1/baselines", "{\"name\":\"" + secureBoot + "\",\"aspect\":\"secure-boot\"}");
    String versions = "/api/v1/baselines/" + secureBoot + "/versions";
    String digest = "ab".repeat(32);
    api.post(
        versions,
        "{\"label\":\"1\",\"rules\":{\"secureBoot\":{\"authorities\":[\"" + digest + "\"]}}}");
    api.with("If-Match", "*").post(versions + "/1/publish", "");
    String bound = bindings + "/" + secureBoot;
    String body = "{\"purposes\":[\"unlock\"]}";

    // No version counts yet, so nobody passes.
    assertThat(api.put(bound, body).body().path("warnings").isEmpty()).isTrue();
    api.put(acceptances, "{\"baseline\":\"" + secureBoot + "\",\"version\":1}");
    assertThat(api.put(bound, body).body().path("warnings").get(0).path("code").asString())
        .isEqualTo("SECURE_BOOT_ONLY");
    assertThat(api.get(bound).body().has("warnings")).isFalse();
    String observed = Instant.now().plus(Duration.ofDays(1)).toString();
    assertThat(
            api.put(bound, "{\"purposes\":[\"unlock\"],\"observeUntil\":\"" + observed + "\"}")
                .body()
                .path("warnings")
                .isEmpty())
        .isTrue();

    api.put(acceptances, "{\"baseline\":\"" + baseline + "\",\"version\":1}");
    api.put(bindings + "/" + baseline, body);
    assertThat(api.put(bound, body).body().path("warnings").toString())
        .doesNotContain("SECURE_BOOT_ONLY");
  }

  @Test
  void aBindingOfUnknownThingsIsRefused() {
    assertThat(bind("{\"purposes\":[\"open\"]}").code()).isEqualTo("malformed");
    assertThat(bind("{\"purposes\":[null]}").code()).isEqualTo("malformed");
    String body = "{\"purposes\":[\"unlock\"]}";
    assertThat(api.put(bindings + "/nothing", body).status()).isEqualTo(404);
    assertThat(api.put("/api/v1/groups/nothing/bindings/" + baseline, body).status())
        .isEqualTo(404);
  }

  @Test
  void anAcceptanceIsMadeReplacedAndEnded() {
    long revision = revision();
    Answer made = accept(1, "");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.body().has("until")).isFalse();
    Instant until = Instant.now().plus(Duration.ofDays(30));
    assertThat(accept(1, ",\"until\":\"" + until + "\"").body().has("until")).isTrue();
    assertThat(api.get(acceptances).body().path("items").size()).isEqualTo(1);

    assertThat(api.delete(acceptances + "/" + baseline + "/1").status()).isEqualTo(204);
    assertThat(api.get(acceptances).body().path("items").size()).isZero();
    assertThat(api.delete(acceptances + "/" + baseline + "/1").status()).isEqualTo(404);
    assertThat(revision()).isEqualTo(revision + 3);
    assertThat(
            jdbc.sql(
                    """
                    select count(*) from acceptance a join device_group g on g.id = a.group_id
                    where g.name = :group and a.ended_at is not null
                    """)
                .param("group", group)
                .query(Long.class)
                .single())
        .as("what counted once stays on record")
        .isEqualTo(2);
  }

  @Test
  void aDraftOrRevokedVersionIsNotAccepted() {
    draft();
    assertThat(accept(2, "").status()).isEqualTo(409);
    act(1, "revoke");
    assertThat(accept(1, "").status()).isEqualTo(409);
    assertThat(accept(9, "").status()).isEqualTo(404);
  }

  @Test
  void anAcceptanceThatEndsBeforeItBeginsIsInvalid() {
    assertThat(accept(1, ",\"until\":\"2020-01-01T00:00:00Z\"").code()).isEqualTo("invalid");
    assertThat(
            accept(1, ",\"from\":\"2030-01-02T00:00:00Z\",\"until\":\"2030-01-01T00:00:00Z\"")
                .code())
        .isEqualTo("invalid");
  }

  private Answer bind(String body) {
    return api.put(bindings + "/" + baseline, body);
  }

  private Answer accept(int version, String more) {
    return api.put(
        acceptances, "{\"baseline\":\"" + baseline + "\",\"version\":" + version + more + "}");
  }

  private void draft() {
    api.post(
        "/api/v1/baselines/" + baseline + "/versions",
        "{\"label\":\"v\",\"values\":{\"4\":\"" + "ab".repeat(32) + "\"}}");
  }

  private void act(int version, String act) {
    assertThat(
            api.with("If-Match", "*")
                .post("/api/v1/baselines/" + baseline + "/versions/" + version + "/" + act, "")
                .status())
        .isEqualTo(200);
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }
}
