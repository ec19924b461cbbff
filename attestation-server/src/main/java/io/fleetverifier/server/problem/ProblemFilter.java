// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The outermost filter: names each request, and turns what any filter below throws into a problem
 * document. An id that the client sent is not taken over: log lines must not be forgeable.
 */
final class ProblemFilter extends OncePerRequestFilter {

  private static final int ID_SIZE = 12;

  private final ProblemWriter problems;
  private final SecureRandom random;

  ProblemFilter(ProblemWriter problems, SecureRandom random) {
    this.problems = problems;
    this.random = random;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] id = new byte[ID_SIZE];
    random.nextBytes(id);
    String requestId = HexFormat.of().formatHex(id);
    RequestId.set(request, requestId);
    response.setHeader(RequestId.HEADER, requestId);
    MDC.put("requestId", requestId);
    try {
      chain.doFilter(request, response);
    } catch (RuntimeException | ServletException e) {
      if (response.isCommitted()) {
        throw e;
      }
      problems.write(request, response, e);
    } finally {
      MDC.remove("requestId");
    }
  }
}
