// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds each request body, by size according to its path and by the time that it may take. A body
 * whose announced size is too large is refused unread; one without an announced size is refused
 * when it goes past the bound. Compressed bodies are not taken: their true size is unknown.
 */
final class BodyLimitFilter extends OncePerRequestFilter {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** Octets a second at which a file must come. */
  private static final long LEAST_RATE_OF_FILES = 256 * KIB;

  /**
   * @param path regular expression of the whole path
   */
  private record Bound(Pattern path, long octets, long leastRate) {

    static Bound below(String path, long octets) {
      return new Bound(Pattern.compile(Pattern.quote(path) + ".*", Pattern.DOTALL), octets, 0);
    }

    static Bound ofFile(String path, long octets) {
      return new Bound(Pattern.compile(path), octets, LEAST_RATE_OF_FILES);
    }
  }

  private static final Bound REST = Bound.below("", MIB);

  /** The first that fits counts; all are of bodies that are posted. */
  private static final List<Bound> BOUNDS =
      List.of(
          Bound.below("/device/v1/attestations", 3 * MIB),
          Bound.below("/device/v1/enrolments/proof", 128 * KIB),
          Bound.below("/device/v1/enrolments", 64 * KIB),
          Bound.below("/device/v1/challenges", 8 * KIB),
          Bound.ofFile("/api/v1/baselines/[^/]+/versions/from-image", 512 * MIB),
          REST);

  private final ProblemWriter problems;
  private final Duration longestRead;

  /**
   * @param longestRead after this time the connection of an unfinished body is closed
   */
  BodyLimitFilter(ProblemWriter problems, Duration longestRead) {
    this.problems = problems;
    this.longestRead = longestRead;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    BoundedRequest bounded = new BoundedRequest(request, boundOf(request));
    try {
      refuseByHeaders(bounded);
      chain.doFilter(bounded, response);
    } catch (BodyTooLargeException | ProblemException e) {
      problems.write(request, response, e);
    } finally {
      bounded.discardRest(response);
    }
  }

  private static void refuseByHeaders(BoundedRequest request) {
    if (isEncoded(request)) {
      throw new ProblemException(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
    }
    if (request.announcesTooMuch()) {
      throw new ProblemException(ProblemCode.TOO_LARGE);
    }
  }

  private static boolean isEncoded(HttpServletRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    return encoding != null
        && !encoding.isBlank()
        && !encoding.strip().equalsIgnoreCase("identity");
  }

  private BodyBound boundOf(HttpServletRequest request) {
    String path = decodedPath(request);
    Bound bound =
        request.getMethod().equals(HttpMethod.POST.name())
            ? BOUNDS.stream()
                .filter(each -> each.path().matcher(path).matches())
                .findFirst()
                .orElseThrow()
            : REST;
    return new BodyBound(bound.octets(), longestRead, bound.leastRate());
  }

  private static String decodedPath(HttpServletRequest request) {
    String inServlet = request.getPathInfo();
    return request.getServletPath() + (inServlet == null ? "" : inServlet);
  }
}
