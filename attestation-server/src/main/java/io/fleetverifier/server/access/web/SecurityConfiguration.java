// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access.web;

import io.fleetverifier.server.access.AccessRules;
import io.fleetverifier.server.access.AccessRules.Rule;
import io.fleetverifier.server.access.ApiTokens;
import io.fleetverifier.server.problem.ProblemSecurity;
import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/**
 * Two chains. The device plane asks for no credential and looks at none: a device proves itself by
 * its TPM, inside the messages. Everything else is denied unless {@link AccessRules} says
 * otherwise.
 *
 * <p>Protection against cross-site request forgery is off in both, because there is nothing for it
 * to protect: no cookie, no session, no basic authentication. A browser never adds the bearer token
 * by itself.
 */
@Configuration(proxyBeanMethods = false)
public class SecurityConfiguration {

  @Bean
  @Order(1)
  SecurityFilterChain devicePlane(HttpSecurity http) {
    return stateless(http)
        .securityMatcher("/device/v1/**")
        .authorizeHttpRequests(rules -> rules.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain managementPlane(
      HttpSecurity http, ApiTokens tokens, ProblemSecurity refusals) {
    return stateless(http)
        .authorizeHttpRequests(SecurityConfiguration::applyRules)
        .addFilterBefore(new ApiTokenFilter(tokens, refusals), AuthorizationFilter.class)
        .exceptionHandling(
            handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .build();
  }

  private static void applyRules(
      AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
          rules) {
    // An error was refused or answered already by the time it is dispatched again to be described.
    rules.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
    rules.requestMatchers(AccessRules.PUBLIC.toArray(String[]::new)).permitAll();
    for (Rule rule : AccessRules.RULES) {
      rules
          .requestMatchers(PathPatternRequestMatcher.pathPattern(rule.method(), rule.pattern()))
          .hasAnyAuthority(rule.roles().stream().map(Object::toString).toArray(String[]::new));
    }
    rules.anyRequest().denyAll();
  }

  private static HttpSecurity stateless(HttpSecurity http) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable);
  }
}
