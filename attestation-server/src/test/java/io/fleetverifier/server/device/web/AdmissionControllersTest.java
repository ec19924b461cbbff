// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.access.TokenText;
import io.fleetverifier.server.testing.FleetRows;
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

/** EKs known beforehand and join tokens. */
@ManagementApiTest
class AdmissionControllersTest {

  private static final String EKS = "/api/v1/ek-registrations";
  private static final String TOKENS = "/api/v1/join-tokens";

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  private ManagementApi api;
  private String group = "";

  @BeforeEach
  void operatorAndGroup() {
    api = plane.as(Role.OPERATOR);
    group = new FleetRows(jdbc).group();
  }

  @Test
  void anEkIsRegisteredListedAndForgotten() {
    String fingerprint = FleetRows.hash(group).toHex();
    Answer made = register(fingerprint.toUpperCase(java.util.Locale.ROOT), group);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("fingerprint").asString()).isEqualTo(fingerprint);
    assertThat(register(fingerprint, group).status()).isEqualTo(409);
    assertThat(all(EKS)).contains(fingerprint);

    assertThat(api.delete(EKS + "/" + fingerprint).status()).isEqualTo(204);
    assertThat(all(EKS)).doesNotContain(fingerprint);
    assertThat(api.delete(EKS + "/" + fingerprint).status()).isEqualTo(404);
  }

  @Test
  void anEkForAnUnknownGroupOrOutOfFormIsInvalid() {
    assertThat(register("0".repeat(64), "nothing").body().path("errors").get(0).path("pointer"))
        .hasToString("\"/group\"");
    assertThat(register("0".repeat(63), group).code()).isEqualTo("invalid");
    assertThat(register("g".repeat(64), group).code()).isEqualTo("invalid");
    assertThat(api.delete(EKS + "/xyz").code()).isEqualTo("invalid");
  }

  private Answer register(String fingerprint, String intoGroup) {
    return api.post(
        EKS, "{\"fingerprint\":\"" + fingerprint + "\",\"group\":\"" + intoGroup + "\"}");
  }

  @Test
  void aJoinTokenIsShownOnceAndStoredAsItsHash() {
    Answer made = issue("\"uses\":3,\"expiresIn\":3600");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String token = made.body().path("token").asString();
    assertThat(TokenText.JOIN.isWellFormed(token)).isTrue();
    assertThat(
            jdbc.sql("select uses from join_token where hash = :hash")
                .param("hash", TokenText.hash(token).toArray())
                .query(Integer.class)
                .single())
        .isEqualTo(3);
    assertThat(all(TOKENS))
        .contains(made.body().path("id").asString())
        .doesNotContain(token.substring(4));
  }

  @Test
  void aRevokedJoinTokenKeepsItsCount() {
    UUID id = UUID.fromString(issue("\"uses\":3,\"expiresIn\":3600").body().path("id").asString());
    jdbc.sql("update join_token set used = 2 where id = :id").param("id", id).update();

    Answer revoked = api.delete(TOKENS + "/" + id);

    assertThat(revoked.body().path("used").asInt()).isEqualTo(2);
    assertThat(revoked.body().path("revokedAt").asString()).isNotEmpty();
    assertThat(api.delete(TOKENS + "/" + id).body()).isEqualTo(revoked.body());
    assertThat(api.delete(TOKENS + "/" + UUID.randomUUID()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"uses\":0,\"expiresIn\":3600",
        "\"uses\":100001,\"expiresIn\":3600",
        "\"uses\":1,\"expiresIn\":59",
        "\"uses\":1,\"expiresIn\":31536001"
      })
  void aJoinTokenOutOfBoundsIsInvalid(String members) {
    assertThat(issue(members).code()).isEqualTo("invalid");
  }

  private Answer issue(String members) {
    return api.post(TOKENS, "{\"group\":\"" + group + "\"," + members + "}");
  }

  private String all(String path) {
    StringBuilder all = new StringBuilder();
    String cursor = "";
    do {
      Answer page = api.get(path + "?limit=2" + cursor);
      all.append(page.text());
      cursor = page.body().has("next") ? "&cursor=" + page.body().path("next").asString() : "";
    } while (!cursor.isEmpty());
    return all.toString();
  }
}
