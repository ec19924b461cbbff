// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import io.fleetverifier.server.keys.KeyUnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Paths that fail in every way that an application and its framework can, and who may see them. The
 * controller lies inside a test configuration so that no other test finds it.
 */
@TestConfiguration(proxyBeanMethods = false)
class ProblemTestConfiguration {

  @Bean
  @Order(-1)
  SecurityFilterChain problemTestChain(HttpSecurity http, ProblemSecurity problems) {
    return http.securityMatcher("/problem-test/**", "/device/v1/attestations")
        .csrf(csrf -> csrf.disable())
        .httpBasic(basic -> basic.authenticationEntryPoint(problems))
        .exceptionHandling(
            handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
        .anonymous(anonymous -> anonymous.authorities("ROLE_NOBODY"))
        .authorizeHttpRequests(rules ->
            rules.requestMatchers("/problem-test/secured").authenticated().anyRequest().permitAll())
        .build();
  }

  /** Fails as asked; a member of an imported configuration is a bean by itself. */
  @RestController
  @RequestMapping("/problem-test")
  static class FailingController {

    record Purchase(String name, @Min(1) int count) {}

    @PostMapping(path = "/orders", consumes = MediaType.APPLICATION_JSON_VALUE)
    Purchase order(@Valid @RequestBody Purchase order) {
      return order;
    }

    @PostMapping(path = "/bytes", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    int bytes(@RequestBody byte[] body) {
      return body.length;
    }

    @PostMapping("/unread")
    String unread() {
      return "ok";
    }

    @GetMapping(path = "/json", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, String> json() {
      return Map.of();
    }

    @GetMapping("/number/{number}")
    int number(@PathVariable int number) {
      return number;
    }

    @GetMapping("/parameter")
    String parameter(@RequestParam("wanted") @Min(1) int wanted) {
      return Integer.toString(wanted);
    }

    @GetMapping("/send-error")
    void sendError(HttpServletResponse response) throws IOException {
      response.sendError(409, "a text that nobody outside may see");
    }

    @GetMapping("/throw/{what}")
    String fail(@PathVariable String what) {
      throw switch (what) {
        case "problem" ->
            new ProblemException(
                ProblemCode.UNSUPPORTED_PROTOCOL,
                "Version 9 is not spoken.",
                Map.of("spoken", "1"));
        case "retry" ->
            ProblemException.retryAfter(ProblemCode.TOO_MANY_REQUESTS, Duration.ofMillis(1500));
        case "keys" -> new KeyUnavailableException("no answer", new IOException());
        case "database" -> new DataAccessResourceFailureException("no answer");
        case "duplicate" -> new DuplicateKeyException("secret words");
        case "stale" -> new OptimisticLockingFailureException("secret words");
        default -> new IllegalStateException("secret words");
      };
    }
  }
}
