// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import tools.jackson.databind.json.JsonMapper;

/** Writes problem documents and logs what only the operator may see. */
@Component
public final class ProblemWriter {

  private static final Logger log = LoggerFactory.getLogger(ProblemWriter.class);

  private final JsonMapper json;

  ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** Answers the request with the problem that an exception means. */
  public void write(HttpServletRequest request, HttpServletResponse response, Throwable thrown)
      throws IOException {
    if (thrown instanceof ErrorResponse framework) {
      framework
          .getHeaders()
          .forEach((name, values) -> copyHeader(response, name, values.getLast()));
    }
    write(request, response, ProblemMapping.of(thrown));
  }

  /** Headers that tell what would be accepted; the body's own are not the framework's to say. */
  private static void copyHeader(HttpServletResponse response, String name, String value) {
    if (name.equalsIgnoreCase(HttpHeaders.ALLOW) || name.equalsIgnoreCase(HttpHeaders.ACCEPT)) {
      response.setHeader(name, value);
    }
  }

  private void write(
      HttpServletRequest request, HttpServletResponse response, ProblemException problem)
      throws IOException {
    log(request, problem);
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    response.setStatus(problem.code().status());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    problem
        .retryAfter()
        .ifPresent(delay -> response.setHeader(HttpHeaders.RETRY_AFTER, seconds(delay)));
    byte[] body = json.writeValueAsBytes(document(problem, RequestId.of(request)));
    // No Content-Length: once that many octets are written, Tomcat closes the request's body too,
    // and what the client still sends could not be read away.
    response.getOutputStream().write(body);
  }

  private static String seconds(Duration delay) {
    return Long.toString(Math.max(1, delay.plusMillis(999).toSeconds()));
  }

  private static void log(HttpServletRequest request, ProblemException problem) {
    Throwable cause = problem.getCause();
    if (problem.code() == ProblemCode.INTERNAL) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), cause);
    } else if (cause != null) {
      log.warn(
          "{} {}: {}: {}",
          request.getMethod(),
          request.getRequestURI(),
          problem.code().code(),
          cause.toString());
    }
  }

  /** The members of the document, in the order in which people like to read them. */
  static Map<String, Object> document(ProblemException problem, String requestId) {
    ProblemCode code = problem.code();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "/problems/" + code.code());
    document.put("title", code.title());
    document.put("status", code.status());
    document.put("code", code.code());
    problem.detail().ifPresent(detail -> document.put("detail", detail));
    document.put("requestId", requestId);
    document.put("retryable", code.retryable());
    problem.members().forEach(document::putIfAbsent);
    return document;
  }
}
