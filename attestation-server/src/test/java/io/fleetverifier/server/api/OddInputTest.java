// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.AccessRules;
import io.fleetverifier.server.access.AccessRules.Rule;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whatever is sent, the server refuses or answers it; it never fails. */
@ManagementApiTest
class OddInputTest {

  private static final List<String> PARTS =
      List.of(
          "",
          "a",
          "0",
          "-1",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "2026-11-24T00:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "-999999999-01-01T00:00:00Z",
          "00000000-0000-0000-0000-000000000000",
          "a\u0000b",
          "\ud800",
          "'; drop table device; --");

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;

  @Test
  void noCursorMakesAnyListFail() {
    FleetRows fleet = new FleetRows(jdbc);
    String group = fleet.group();
    UUID device = fleet.device(group);
    String baseline = "b-" + device;
    ManagementApi api = plane.as(Role.ADMIN);
    api.post("/api/v1/baselines", "{\"name\":\"" + baseline + "\",\"aspect\":\"image\"}");
    List<String> lists =
        AccessRules.RULES.stream()
            .filter(rule -> rule.method().equals(HttpMethod.GET))
            .map(Rule::pattern)
            .map(pattern ->
                pattern
                    .replace("/groups/{name}", "/groups/" + group)
                    .replace("/baselines/{name}", "/baselines/" + baseline)
                    .replace("{id}", device.toString()))
            .filter(path -> path.startsWith("/api/v1/") && !path.contains("{"))
            .toList();
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      String cursor = cursor(random);
      for (String list : lists) {
        Answer answer = api.get(list + "?cursor=" + cursor);
        assertThat(answer.status()).as("%s %s", list, cursor).isIn(200, 404, 422);
      }
    }
  }

  private static String cursor(Random random) {
    int parts = 1 + random.nextInt(2);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < parts; i++) {
      String part = PARTS.get(random.nextInt(PARTS.size()));
      json.append(i == 0 ? "\"" : ",\"").append(escape(part)).append('"');
    }
    return Bytes.utf8(json.append(']').toString()).toBase64Url();
  }

  private static String escape(String part) {
    StringBuilder escaped = new StringBuilder();
    part.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
    return escaped.toString();
  }

  @Test
  void controlCharactersInFiltersAreInvalid() {
    ManagementApi api = plane.as(Role.ADMIN);
    for (String query :
        List.of(
            "/api/v1/devices?name=%00",
            "/api/v1/devices?group=a%0Ab",
            "/api/v1/trust/devices?state=%00",
            "/api/v1/audit?actor=%00",
            "/api/v1/audit?subject=" + "x".repeat(201))) {
      assertThat(api.get(query).code()).as(query).isEqualTo("invalid");
    }
  }

  @Test
  void aFloodOfValuesIsRefusedShortly() {
    ManagementApi api = plane.as(Role.ADMIN);
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      values.append(i == 0 ? "" : ",").append('"').append("p").append(i).append("\":1");
    }
    Answer many =
        api.post(
            "/api/v1/baselines/nothing/versions", "{\"label\":\"v\",\"values\":{" + values + "}}");
    Answer phases =
        api.post(
            "/api/v1/baselines/nothing/versions",
            "{\"label\":\"v\",\"values\":{\"11\":{" + values + "}}}");
    for (Answer answer : List.of(many, phases)) {
      assertThat(answer.code()).isEqualTo("invalid");
      assertThat(answer.text()).hasSizeLessThan(2000);
    }
  }
}
