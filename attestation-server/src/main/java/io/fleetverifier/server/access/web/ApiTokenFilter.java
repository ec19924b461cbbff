// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access.web;

import io.fleetverifier.server.access.ApiTokens;
import io.fleetverifier.server.access.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Recognises the caller by {@code Authorization: Bearer fva_…}. Without the header the request goes
 * on as nobody's; with a header that is not exactly one good token it ends here, whatever the route
 * would have allowed.
 */
final class ApiTokenFilter extends OncePerRequestFilter {

  private static final String SCHEME = "bearer ";

  private final ApiTokens tokens;
  private final AuthenticationEntryPoint refusal;

  ApiTokenFilter(ApiTokens tokens, AuthenticationEntryPoint refusal) {
    this.tokens = tokens;
    this.refusal = refusal;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    List<String> headers = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
    if (headers.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    Optional<Caller> caller =
        headers.size() == 1 ? recognise(headers.getFirst()) : Optional.empty();
    if (caller.isEmpty()) {
      refusal.commence(request, response, new BadCredentialsException("no usable token"));
      return;
    }
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new CallerAuthentication(caller.get()));
    SecurityContextHolder.setContext(context);
    chain.doFilter(request, response);
  }

  private Optional<Caller> recognise(String header) {
    if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    return tokens.recognise(header.substring(SCHEME.length()).strip());
  }
}
