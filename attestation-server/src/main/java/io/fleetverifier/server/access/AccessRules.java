// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import static io.fleetverifier.server.access.Role.ADMIN;
import static io.fleetverifier.server.access.Role.AUDITOR;
import static io.fleetverifier.server.access.Role.OPERATOR;
import static io.fleetverifier.server.access.Role.SECURITY_ENGINEER;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;

/**
 * Which roles may call which route. What stands here neither as a rule nor as public is denied to
 * everybody; a test holds this table against the routes that exist.
 */
public final class AccessRules {

  /**
   * One route and who may call it.
   *
   * @param pattern the path pattern, spelt as on its controller
   */
  public record Rule(HttpMethod method, String pattern, Set<Role> roles) {}

  private static final Set<Role> EVERYBODY = roles(EnumSet.allOf(Role.class));
  private static final Set<Role> ALL_BUT_VIEWERS =
      roles(EnumSet.complementOf(EnumSet.of(Role.VIEWER)));
  private static final Set<Role> AUDITORS = roles(EnumSet.of(AUDITOR, ADMIN));
  private static final Set<Role> OPERATORS = roles(EnumSet.of(OPERATOR, ADMIN));
  private static final Set<Role> ENGINEERS = roles(EnumSet.of(SECURITY_ENGINEER, ADMIN));
  private static final Set<Role> OPERATORS_AND_ENGINEERS =
      roles(EnumSet.of(OPERATOR, SECURITY_ENGINEER, ADMIN));
  private static final Set<Role> ADMINS = roles(EnumSet.of(ADMIN));

  /** Answered without any credential: what a load balancer or an orchestrator asks. */
  public static final List<String> PUBLIC =
      List.of("/actuator/health", "/actuator/health/**", "/livez", "/readyz");

  /** Every route that needs a token. */
  public static final List<Rule> RULES =
      List.of(
          // API description and metrics
          get("/v3/api-docs", EVERYBODY),
          get("/v3/api-docs/{group}", EVERYBODY),
          get("/actuator/info", EVERYBODY),
          get("/actuator/metrics", EVERYBODY),
          get("/actuator/metrics/{requiredMetricName}", EVERYBODY),
          // People and programs
          get("/api/v1/tokens", AUDITORS),
          post("/api/v1/tokens", ADMINS),
          delete("/api/v1/tokens/{id}", ADMINS),
          // Keys of the installation
          get("/api/v1/server-keys", AUDITORS),
          post("/api/v1/server-keys/{purpose}/rotate", ADMINS),
          delete("/api/v1/server-keys/answer/{keyId}", ADMINS),
          // Groups and what they ask for
          get("/api/v1/groups", EVERYBODY),
          post("/api/v1/groups", ENGINEERS),
          get("/api/v1/groups/{name}", EVERYBODY),
          patch("/api/v1/groups/{name}", ENGINEERS),
          get("/api/v1/groups/{name}/bindings", EVERYBODY),
          get("/api/v1/groups/{name}/bindings/{baseline}", EVERYBODY),
          put("/api/v1/groups/{name}/bindings/{baseline}", ENGINEERS),
          delete("/api/v1/groups/{name}/bindings/{baseline}", ENGINEERS),
          get("/api/v1/groups/{name}/acceptances", EVERYBODY),
          put("/api/v1/groups/{name}/acceptances", ENGINEERS),
          delete("/api/v1/groups/{name}/acceptances/{baseline}/{number}", ENGINEERS),
          // Golden measurements
          get("/api/v1/baselines", EVERYBODY),
          post("/api/v1/baselines", ENGINEERS),
          get("/api/v1/baselines/{name}/versions", EVERYBODY),
          post("/api/v1/baselines/{name}/versions", ENGINEERS),
          post("/api/v1/baselines/{name}/versions/from-image", ENGINEERS),
          post("/api/v1/baselines/{name}/versions/from-log", ENGINEERS),
          get("/api/v1/baselines/{name}/versions/{number}", EVERYBODY),
          delete("/api/v1/baselines/{name}/versions/{number}", ENGINEERS),
          post("/api/v1/baselines/{name}/versions/{number}/publish", ENGINEERS),
          post("/api/v1/baselines/{name}/versions/{number}/revoke", ENGINEERS),
          // Which devices are ours
          get("/api/v1/ek-registrations", ALL_BUT_VIEWERS),
          post("/api/v1/ek-registrations", OPERATORS),
          delete("/api/v1/ek-registrations/{fingerprint}", OPERATORS),
          get("/api/v1/ek-denials", ALL_BUT_VIEWERS),
          post("/api/v1/ek-denials", ENGINEERS),
          delete("/api/v1/ek-denials/{id}", ENGINEERS),
          get("/api/v1/ek-roots", ALL_BUT_VIEWERS),
          get("/api/v1/join-tokens", ALL_BUT_VIEWERS),
          post("/api/v1/join-tokens", OPERATORS),
          delete("/api/v1/join-tokens/{id}", OPERATORS),
          get("/api/v1/waiting", EVERYBODY),
          post("/api/v1/waiting/{id}/approve", OPERATORS),
          post("/api/v1/waiting/{id}/deny", OPERATORS),
          // Devices
          get("/api/v1/devices", EVERYBODY),
          get("/api/v1/devices/{id}", EVERYBODY),
          delete("/api/v1/devices/{id}", OPERATORS),
          post("/api/v1/devices/{id}/revoke", OPERATORS),
          post("/api/v1/devices/{id}/reinstate", OPERATORS),
          post("/api/v1/devices/{id}/group", OPERATORS_AND_ENGINEERS),
          post("/api/v1/devices/{id}/tpm-epoch", OPERATORS),
          get("/api/v1/devices/{id}/attestations", EVERYBODY),
          get("/api/v1/devices/{id}/explanation", EVERYBODY),
          get("/api/v1/devices/{id}/findings", EVERYBODY),
          post("/api/v1/devices/{id}/findings/{finding}/acknowledge", OPERATORS),
          get("/api/v1/devices/{id}/secrets", ALL_BUT_VIEWERS),
          post("/api/v1/devices/{id}/secrets/{volume}/renew", OPERATORS),
          // The fleet
          get("/api/v1/trust/devices", EVERYBODY),
          get("/api/v1/trust/summary", EVERYBODY),
          get("/api/v1/releases", EVERYBODY),
          put("/api/v1/releases", OPERATORS_AND_ENGINEERS),
          get("/api/v1/audit", AUDITORS));

  private AccessRules() {}

  private static Rule get(String pattern, Set<Role> roles) {
    return new Rule(HttpMethod.GET, pattern, roles);
  }

  private static Rule post(String pattern, Set<Role> roles) {
    return new Rule(HttpMethod.POST, pattern, roles);
  }

  private static Rule put(String pattern, Set<Role> roles) {
    return new Rule(HttpMethod.PUT, pattern, roles);
  }

  private static Rule patch(String pattern, Set<Role> roles) {
    return new Rule(HttpMethod.PATCH, pattern, roles);
  }

  private static Rule delete(String pattern, Set<Role> roles) {
    return new Rule(HttpMethod.DELETE, pattern, roles);
  }

  private static Set<Role> roles(EnumSet<Role> roles) {
    return Collections.unmodifiableSet(roles);
  }
}
