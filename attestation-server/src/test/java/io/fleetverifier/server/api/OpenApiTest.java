// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.AccessRules;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ManagementApiTest
class OpenApiTest {

  @Autowired ManagementApi api;

  @Test
  void theManagementDocumentDescribesEveryRouteAndNoCallerParameter() {
    Answer answer = api.as(Role.VIEWER).get("/v3/api-docs/management");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("openapi").asString()).startsWith("3.1");
    Set<String> described = new TreeSet<>();
    answer
        .body()
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method ->
                    described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
    Set<String> ruled = new TreeSet<>();
    AccessRules.RULES.stream()
        .filter(rule -> rule.pattern().startsWith("/api/v1/"))
        .forEach(rule -> ruled.add(rule.method() + " " + rule.pattern()));
    assertThat(described).isEqualTo(ruled);
    assertThat(answer.text()).doesNotContain("\"caller\"");
    assertThat(answer.body().path("security").toString()).contains("apiToken");
  }

  @Test
  void theDeviceDocumentDescribesTheDevicePlaneAlone() {
    Answer answer = api.as(Role.VIEWER).get("/v3/api-docs/device");
    assertThat(answer.body().path("paths").properties())
        .isNotEmpty()
        .allSatisfy(path -> assertThat(path.getKey()).startsWith("/device/v1/"));
    assertThat(api.get("/v3/api-docs/device").status()).isEqualTo(401);
  }
}
