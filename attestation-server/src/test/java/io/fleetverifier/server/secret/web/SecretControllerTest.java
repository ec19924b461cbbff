// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.AccessRules;
import io.fleetverifier.server.access.AccessRules.Rule;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.secret.PreparedSecret;
import io.fleetverifier.server.secret.Secrets;
import io.fleetverifier.server.secret.StoredSecret;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@ManagementApiTest
class SecretControllerTest {

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  @Autowired Secrets secrets;
  private FleetRows fleet;
  private String group = "";
  private UUID device = new UUID(0, 0);

  @BeforeEach
  void aDevice() {
    fleet = new FleetRows(jdbc);
    group = fleet.group();
    device = fleet.device(group);
  }

  @Test
  void aSecretIsDescribed() {
    store("root", FleetRows.hash("pin")).close();
    store("data", null).close();

    Answer answer = plane.as(Role.AUDITOR).get("/api/v1/devices/" + device + "/secrets");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode data = answer.body().path("items").get(0);
    JsonNode root = answer.body().path("items").get(1);
    assertThat(data.path("volume").asString()).isEqualTo("data");
    assertThat(data.path("versions").get(0).path("state").asString()).isEqualTo("pending");
    assertThat(data.path("versions").get(0).has("pin")).isFalse();
    assertThat(root.path("versions").get(0).path("state").asString()).isEqualTo("active");
    assertThat(root.path("versions").get(0).path("pin").asString())
        .isEqualTo(FleetRows.hash("pin").toHex());
    assertThat(root.path("versions").get(0).path("releases").asInt()).isZero();
  }

  @Test
  void aRenewedSecretIsRetiredUnderThePolicyLock() {
    store("root", FleetRows.hash("pin")).close();
    store("data", null).close();
    ManagementApi operator = plane.as(Role.OPERATOR);
    long revision = revision();

    for (String volume : List.of("root", "data")) {
      Answer renewed =
          operator.post("/api/v1/devices/" + device + "/secrets/" + volume + "/renew", "");
      assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
    }
    assertThat(revision()).isEqualTo(revision + 2);
    assertThat(
            jdbc.sql(
                    """
                    select count(*) from secret_version v join secret s on s.id = v.secret_id
                     where s.device_id = :device and v.state = 'retired'
                    """)
                .param("device", device)
                .query(Long.class)
                .single())
        .isEqualTo(2);
    assertThat(operator.post("/api/v1/devices/" + device + "/secrets/root/renew", "").status())
        .as("nothing is left to retire")
        .isEqualTo(404);
  }

  @Test
  void noRouteEverReturnsASecretNorWhatIsStoredOfIt() {
    fleet.evidence(device, "unlock", List.of(), Map.of(), Instant.now());
    UUID finding = fleet.finding(device, "PCR_MISMATCH");
    String baseline = "b-" + device;
    ManagementApi admin = plane.as(Role.ADMIN).with("If-Match", "*");
    admin.post("/api/v1/baselines", "{\"name\":\"" + baseline + "\",\"aspect\":\"image\"}");
    admin.post(
        "/api/v1/baselines/" + baseline + "/versions",
        "{\"label\":\"v\",\"values\":{\"4\":\"" + "ab".repeat(32) + "\"}}");
    try (PreparedSecret active = store("root", FleetRows.hash("pin"));
        PreparedSecret pending = store("data", null)) {
      StringBuilder all = new StringBuilder();
      for (Rule rule : sorted()) {
        String path =
            rule.pattern()
                .replace("{finding}", finding.toString())
                .replace("{volume}", "root")
                .replace("{number}", "1")
                .replace("/groups/{name}", "/groups/" + group)
                .replace("/baselines/{name}", "/baselines/" + baseline)
                .replace("{baseline}", baseline)
                .replace("{group}", "management")
                .replace("{id}", device.toString())
                .replaceAll("\\{[^}]*}", "nothing");
        Answer answer =
            admin.call(rule.method(), path, rule.method().equals(HttpMethod.GET) ? null : "{}");
        all.append(answer.text()).append(answer.headers());
      }
      String everything = all.toString().toLowerCase(Locale.ROOT);
      assertThat(everything).contains(device.toString(), "retired", "\"volume\":\"root\"");
      for (PreparedSecret secret : List.of(active, pending)) {
        assertAbsent(everything, Bytes.copyOf(secret.value().revealBytes()));
        assertAbsent(everything, secret.stored().sealed().ciphertext());
        assertAbsent(everything, secret.stored().sealed().wrappedDataKey());
      }
    }
  }

  /** Reads come first, then writes, and what ends the device last. */
  private static List<Rule> sorted() {
    return AccessRules.RULES.stream()
        .sorted(
            java.util.Comparator.comparing((Rule rule) -> !rule.method().equals(HttpMethod.GET))
                .thenComparing(rule -> rule.method().equals(HttpMethod.DELETE)))
        .toList();
  }

  private static void assertAbsent(String text, Bytes octets) {
    byte[] raw = octets.toArray();
    // Without the last characters, which depend on padding and on what follows.
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(raw);
    String base64Url = Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    assertThat(text)
        .doesNotContain(octets.toHex())
        .doesNotContain(base64.substring(0, base64.length() - 2).toLowerCase(Locale.ROOT))
        .doesNotContain(base64Url.substring(0, base64Url.length() - 2).toLowerCase(Locale.ROOT));
  }

  private PreparedSecret store(String volume, @org.jspecify.annotations.Nullable Bytes pin) {
    PreparedSecret made = secrets.make(Optional.empty(), volume, 1, FleetRows.hash("ek " + device));
    StoredSecret stored = made.stored();
    fleet.secret(
        device,
        new StoredSecret(
            stored.id(),
            stored.volume(),
            stored.version(),
            stored.sealed(),
            stored.sealingEkName(),
            pin));
    return made;
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }
}
