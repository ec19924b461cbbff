// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ManagementApiTest
class GroupControllerTest {

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  private ManagementApi api;
  private final String name = "g-" + UUID.randomUUID();

  @BeforeEach
  void engineer() {
    api = plane.as(Role.SECURITY_ENGINEER);
  }

  @Test
  void aNewGroupHasTheDefaultsForWhatIsNotSaid() {
    Answer made = api.post("/api/v1/groups", "{\"name\":\"" + name + "\"}");

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("ETag")).isEqualTo("\"0\"");
    assertThat(made.body().path("acceptUnproven").asBoolean()).isFalse();
    assertThat(made.body().path("acceptJoinToken").asBoolean()).isTrue();
    assertThat(made.body().path("acceptApproval").asBoolean()).isTrue();
    assertThat(made.body().path("maxReleasesPerBoot").asInt()).isEqualTo(5);
    assertThat(made.body().path("attestEverySeconds").asInt()).isEqualTo(3600);
    assertThat(made.body().has("maxSilenceSeconds")).isFalse();
    assertThat(made.body().path("createdAt").asString()).matches(".*T.*Z");
    assertThat(api.get("/api/v1/groups/" + name).body()).isEqualTo(made.body());
  }

  @Test
  void aGroupKeepsWhatIsSaid() {
    Answer made =
        api.post(
            "/api/v1/groups",
            "{\"name\":\""
                + name
                + "\",\"acceptUnproven\":true,\"acceptJoinToken\":false,\"acceptApproval\":false,"
                + "\"optionalEkTemplates\":[\"L-1\"],\"sourceNetworks\":[\"192.0.2.0/24\",\"2001:db8::/32\"],"
                + "\"maxSilenceSeconds\":86400,\"maxReleasesPerBoot\":2,\"attestEverySeconds\":600}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(api.get("/api/v1/groups/" + name).body()).isEqualTo(made.body());
    assertThat(made.body().path("sourceNetworks").get(1).asString()).isEqualTo("2001:db8::/32");
    assertThat(made.body().path("maxSilenceSeconds").asLong()).isEqualTo(86400);
  }

  @Test
  void aNameIsTakenOnce() {
    api.post("/api/v1/groups", "{\"name\":\"" + name + "\"}");
    Answer second = api.post("/api/v1/groups", "{\"name\":\"" + name + "\"}");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.code()).isEqualTo("conflict");
  }

  @Test
  void aChangeNeedsTheEtagOfWhatWasSeenAndRaisesThePolicyRevision() {
    String etag = api.post("/api/v1/groups", "{\"name\":\"" + name + "\"}").header("ETag");
    long revision = revision();
    String path = "/api/v1/groups/" + name;
    String change = "{\"maxReleasesPerBoot\":3,\"maxSilenceSeconds\":60}";

    assertThat(api.patch(path, change).code()).isEqualTo("precondition-required");
    assertThat(api.patch(path, change).status()).isEqualTo(428);
    assertThat(api.with("If-Match", "\"7\"").patch(path, change).status()).isEqualTo(412);
    assertThat(revision()).isEqualTo(revision);

    Answer changed = api.with("If-Match", etag).patch(path, change);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().path("maxReleasesPerBoot").asInt()).isEqualTo(3);
    assertThat(changed.body().path("attestEverySeconds").asInt()).isEqualTo(3600);
    assertThat(changed.header("ETag")).isNotEqualTo(etag);
    assertThat(revision()).isEqualTo(revision + 1);
    assertThat(api.with("If-Match", etag).patch(path, change).status()).isEqualTo(412);
  }

  @Test
  void aSilenceOfZeroLiftsTheLimit() {
    api.post("/api/v1/groups", "{\"name\":\"" + name + "\",\"maxSilenceSeconds\":60}");
    Answer changed =
        api.with("If-Match", "*").patch("/api/v1/groups/" + name, "{\"maxSilenceSeconds\":0}");
    assertThat(changed.body().has("maxSilenceSeconds")).isFalse();
  }

  @Test
  void aGroupKeepsItsName() {
    api.post("/api/v1/groups", "{\"name\":\"" + name + "\"}");
    assertThat(
            api.with("If-Match", "*")
                .patch("/api/v1/groups/" + name, "{\"name\":\"other\"}")
                .code())
        .isEqualTo("invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"attestEverySeconds\":59",
        "\"maxReleasesPerBoot\":0",
        "\"maxReleasesPerBoot\":1001",
        "\"maxSilenceSeconds\":-1",
        "\"optionalEkTemplates\":[\"H-1\"]",
        "\"optionalEkTemplates\":[null]",
        "\"sourceNetworks\":[\"192.0.2.1/24\"]",
        "\"sourceNetworks\":[\"192.0.2.0\"]",
        "\"sourceNetworks\":[\"192.0.2.0/33\"]",
        "\"sourceNetworks\":[\"example.org/24\"]",
        "\"sourceNetworks\":[\"' or true/8\"]"
      })
  void aSettingOutOfBoundsIsInvalidAndPointedAt(String member) {
    Answer answer = api.post("/api/v1/groups", "{\"name\":\"" + name + "\"," + member + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("pointer").asString())
        .startsWith("/" + member.substring(1, member.indexOf(':') - 1));
    assertThat(api.get("/api/v1/groups/" + name).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Shops", "", "-a", "a b", "a/b", "ä"})
  void aNameOutOfFormIsInvalid(String wrong) {
    assertThat(api.post("/api/v1/groups", "{\"name\":\"" + wrong + "\"}").status()).isEqualTo(422);
  }

  @Test
  void pagesFollowOneAnotherAndEnd() {
    String prefix = "p-" + UUID.randomUUID() + "-";
    for (int i = 0; i < 5; i++) {
      api.post("/api/v1/groups", "{\"name\":\"" + prefix + i + "\"}");
    }
    StringBuilder seen = new StringBuilder();
    String cursor = "";
    do {
      Answer page = api.get("/api/v1/groups?limit=2" + cursor);
      assertThat(page.body().path("items").size()).isLessThanOrEqualTo(2);
      page.body()
          .path("items")
          .forEach(group -> seen.append(group.path("name").asString()).append('\n'));
      cursor = page.body().has("next") ? "&cursor=" + page.body().path("next").asString() : "";
    } while (!cursor.isEmpty());
    assertThat(seen.toString().lines().filter(line -> line.startsWith(prefix)))
        .containsExactly(prefix + "0", prefix + "1", prefix + "2", prefix + "3", prefix + "4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=501",
        "cursor=x",
        "cursor=W10",
        "cursor=WyJhIiwiYiJd",
        "cursor=W251bGxd"
      })
  void aPageOutOfBoundsIsInvalid(String query) {
    Answer answer = api.get("/api/v1/groups?" + query);
    assertThat(answer.code()).as(answer.text()).isEqualTo("invalid");
    assertThat(answer.body().path("errors").get(0).path("parameter").asString())
        .isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @Test
  void anActIsInTheAuditLogUnderTheCallersName() {
    api.post("/api/v1/groups", "{\"name\":\"" + name + "\",\"attestEverySeconds\":120}");
    String actor =
        jdbc.sql(
                """
                select actor from audit_event
                where act = 'group.create' and subject = :subject and detail #>> '{set,attestEverySeconds}' = '120'
                """)
            .param("subject", "group/" + name)
            .query(String.class)
            .single();
    assertThat(actor).matches("token:[0-9a-f-]{36}:test security-engineer");
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }
}
