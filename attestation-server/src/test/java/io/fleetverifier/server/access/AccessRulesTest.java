// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.access.AccessRules.Rule;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** Every route has its rule, every rule its route, and nobody gets past a rule. */
@ManagementApiTest
class AccessRulesTest {

  /** Routes that the framework brings and that nobody may call: denied by default. */
  private static final Set<String> DENIED =
      Set.of("GET /actuator", "GET /v3/api-docs.yaml", "GET /v3/api-docs.yaml/{group}");

  @Autowired ManagementApi api;
  @Autowired ApiTokens tokens;
  @Autowired ChallengeService challenges;
  @Autowired JdbcClient jdbc;
  @Autowired Map<String, RequestMappingInfoHandlerMapping> mappings;

  /** must-fail 40: no route is forgotten. */
  @Test
  void everyRouteHasExactlyOneExplicitRuleAndEveryRuleARoute() {
    Set<String> routes = new TreeSet<>();
    mappings
        .values()
        .forEach(
            mapping -> mapping.getHandlerMethods().keySet().forEach(info -> add(routes, info)));
    routes.removeIf(route -> route.contains(" /device/v1/") || route.endsWith(" /error"));
    routes.removeIf(route -> route.contains(" /problem-test/"));
    routes.removeAll(DENIED);
    routes.removeIf(
        route -> AccessRules.PUBLIC.stream().anyMatch(path -> route.equals("GET " + path)));

    assertThat(routes).isNotEmpty();
    assertThat(AccessRules.RULES.stream().map(AccessRulesTest::text).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(routes);
  }

  private static void add(Set<String> routes, RequestMappingInfo info) {
    Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
    for (String pattern : info.getPatternValues()) {
      if (methods.isEmpty()) {
        routes.add("ANY " + pattern);
      }
      methods.forEach(method -> routes.add(method + " " + pattern));
    }
  }

  private static String text(Rule rule) {
    return rule.method() + " " + rule.pattern();
  }

  @Test
  void thePageOfTheApiTellsEveryRouteAndItsRoles() throws IOException {
    Pattern row = Pattern.compile("\\| `([A-Z]+ /[^`]+)` \\| ([a-z, -]+) \\| [^|]+ \\|");
    List<String> told =
        Files.readAllLines(Path.of("..", "docs", "reference", "api.md")).stream()
            .map(row::matcher)
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1) + ": " + matcher.group(2))
            .toList();
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            AccessRules.RULES.stream().map(rule -> text(rule) + ": " + words(rule)).toList());
  }

  private static String words(Rule rule) {
    Set<Role> missing = EnumSet.complementOf(EnumSet.copyOf(rule.roles()));
    if (missing.isEmpty()) {
      return "all";
    }
    return missing.equals(EnumSet.of(Role.VIEWER))
        ? "not viewer"
        : rule.roles().stream().map(Role::toString).collect(Collectors.joining(", "));
  }

  /** must-fail 40: nobody. */
  @Test
  void withoutATokenEveryRuleRefuses() {
    for (Rule rule : AccessRules.RULES) {
      assertRefused(call(api, rule), 401, "unauthorized", rule);
    }
  }

  /** must-fail 40: expired, revoked, and what a device holds: a join token, a challenge. */
  @Test
  void withATokenThatIsNotGoodEveryRuleRefuses() {
    String expired = tokens.issue("test", "expired", Role.ADMIN, Duration.ofHours(1)).token();
    jdbc.sql(
            """
            update api_token set created_at = now() - interval '2 hours',
                expires_at = now() - interval '1 second' where hash = :hash
            """)
        .param("hash", TokenText.hash(expired).toArray())
        .update();
    IssuedApiToken revoked = tokens.issue("test", "revoked", Role.ADMIN, Duration.ofHours(1));
    tokens.revoke("test", revoked.id());
    String unknown = TokenText.API.create(new SecureRandom());
    String join = TokenText.JOIN.create(new SecureRandom());
    String challenge =
        challenges
            .issue(new ChallengeRequest(1, Bytes.zeros(34), Purpose.REPORT, List.of()))
            .token()
            .toBase64Url();

    for (String token : List.of("garbage", unknown, expired, revoked.token(), join, challenge)) {
      for (Rule rule : AccessRules.RULES) {
        assertRefused(call(api.withToken(token), rule), 401, "unauthorized", rule);
      }
    }
  }

  @Test
  void aRoleThatARuleDoesNotNameIsRefused() {
    for (Rule rule : AccessRules.RULES) {
      for (Role role : Role.values()) {
        if (!rule.roles().contains(role)) {
          assertRefused(call(api.as(role), rule), 403, "forbidden", rule);
        }
      }
    }
  }

  @Test
  void aRoleThatARuleNamesGetsPastIt() {
    for (Rule rule : AccessRules.RULES) {
      for (Role role : rule.roles()) {
        assertThat(call(api.as(role), rule).status())
            .as("%s as %s", text(rule), role)
            .isNotIn(401, 403)
            .isLessThan(500);
      }
    }
  }

  @Test
  void viewersAndAuditorsWriteNothing() {
    assertThat(
            AccessRules.RULES.stream()
                .filter(rule -> !rule.method().equals(HttpMethod.GET))
                .flatMap(rule -> rule.roles().stream())
                .collect(Collectors.toSet()))
        .doesNotContain(Role.VIEWER, Role.AUDITOR);
  }

  @Test
  void anUnknownPathIsDeniedToEverybody() {
    assertThat(api.get("/api/v1/nothing").status()).isEqualTo(401);
    assertThat(api.as(Role.ADMIN).get("/api/v1/nothing").status()).isEqualTo(403);
    assertThat(api.as(Role.ADMIN).get("/actuator/env").status()).isEqualTo(403);
    assertThat(api.as(Role.ADMIN).call(HttpMethod.TRACE, "/api/v1/groups", null).status())
        .isBetween(400, 499);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator/health", "/livez", "/readyz"})
  void healthIsPublicButNotForAWrongToken(String path) {
    assertThat(api.get(path).status()).isEqualTo(200);
    assertThat(api.get(path).text()).doesNotContain("details");
    assertThat(api.withToken("garbage").get(path).status()).isEqualTo(401);
    assertThat(api.with("Authorization", "Basic eDp5").get(path).status()).isEqualTo(401);
  }

  @Test
  void theDevicePlaneLooksAtNoToken() {
    Answer without = api.post("/device/v1/challenges", "{}");
    Answer garbage = api.withToken("garbage").post("/device/v1/challenges", "{}");
    Answer admin = api.as(Role.ADMIN).post("/device/v1/challenges", "{}");

    assertThat(without.code()).isEqualTo("malformed");
    assertThat(garbage.code()).isEqualTo(without.code());
    assertThat(admin.code()).isEqualTo(without.code());
  }

  @Test
  void aTokenInTheAddressIsNoCredential() {
    String token = tokens.issue("test", "query", Role.ADMIN, Duration.ofHours(1)).token();
    assertThat(api.get("/api/v1/groups?access_token=" + token).status()).isEqualTo(401);
  }

  @Test
  void aUseIsNotedOnTheToken() {
    IssuedApiToken token = tokens.issue("test", "used", Role.VIEWER, Duration.ofHours(1));
    api.withToken(token.token()).get("/api/v1/groups");
    Instant used =
        jdbc.sql("select last_used_at from api_token where id = :id")
            .param("id", token.id())
            .query(OffsetDateTime.class)
            .single()
            .toInstant();
    assertThat(used).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void answersSetNoCookieAndCarryTheHeadersOfACarefulServer() {
    Answer answer = api.as(Role.VIEWER).get("/api/v1/groups");
    assertThat(answer.header("Set-Cookie")).isEmpty();
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).contains("no-store");
  }

  @Test
  void aTokenIsShownOnceAndThenOnlyDescribed() {
    Answer made =
        api.as(Role.ADMIN)
            .post("/api/v1/tokens", "{\"name\":\"siem\",\"role\":\"viewer\",\"expiresIn\":3600}");
    assertThat(made.status()).isEqualTo(201);
    String token = made.body().path("token").asString();
    assertThat(api.withToken(token).get("/api/v1/groups").status()).isEqualTo(200);
    assertThat(everyTokenPage()).doesNotContain(token.substring(4));

    String id = made.body().path("id").asString();
    assertThat(api.as(Role.ADMIN).delete("/api/v1/tokens/" + id).status()).isEqualTo(200);
    assertThat(api.withToken(token).get("/api/v1/groups").status()).isEqualTo(401);
  }

  private String everyTokenPage() {
    StringBuilder all = new StringBuilder();
    String next = "";
    do {
      Answer page = api.as(Role.AUDITOR).get("/api/v1/tokens?limit=3" + next);
      all.append(page.text());
      next = page.body().has("next") ? "&cursor=" + page.body().path("next").asString() : "";
    } while (!next.isEmpty());
    assertThat(all).contains("siem");
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"\",\"role\":\"viewer\",\"expiresIn\":3600}",
        "{\"name\":\"a\\nb\",\"role\":\"viewer\",\"expiresIn\":3600}",
        "{\"role\":\"viewer\",\"expiresIn\":3600}",
        "{\"name\":\"a\",\"expiresIn\":3600}",
        "{\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":59}",
        "{\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":31536001}"
      })
  void aTokenOutOfBoundsIsInvalid(String body) {
    assertThat(api.as(Role.ADMIN).post("/api/v1/tokens", body).code()).isEqualTo("invalid");
  }

  @Test
  void anUnknownRoleOrMemberIsMalformed() {
    ManagementApi admin = api.as(Role.ADMIN);
    assertThat(
            admin
                .post("/api/v1/tokens", "{\"name\":\"a\",\"role\":\"root\",\"expiresIn\":3600}")
                .code())
        .isEqualTo("malformed");
    assertThat(
            admin
                .post(
                    "/api/v1/tokens",
                    "{\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":3600,\"more\":1}")
                .code())
        .isEqualTo("malformed");
  }

  private static void assertRefused(Answer answer, int status, String code, Rule rule) {
    assertThat(answer.status()).as(text(rule)).isEqualTo(status);
    assertThat(answer.code()).as(text(rule)).isEqualTo(code);
    assertThat(answer.header("Content-Type")).as(text(rule)).contains("application/problem+json");
  }

  /** Calls the route with an empty body and with ids that nothing has. */
  private static Answer call(ManagementApi caller, Rule rule) {
    String path =
        rule.pattern()
            .replaceAll("\\{(id|device)}", UUID.randomUUID().toString())
            .replaceAll("\\{(number|finding)}", "1")
            .replace("{fingerprint}", "0".repeat(64))
            .replace("{group}", "management")
            .replaceAll("\\{[^}]*}", "nothing");
    return caller.call(rule.method(), path, rule.method().equals(HttpMethod.GET) ? null : "{}");
  }
}
