// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers errors that Tomcat finds before any filter runs, such as an impossible request line. All
 * of the document is our own text, so it needs no JSON library and cannot quote the request.
 */
public final class ProblemErrorReportValve extends ErrorReportValve {

  private static final Logger log = LoggerFactory.getLogger(ProblemErrorReportValve.class);

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    ProblemCode code = ProblemCode.ofStatus(response.getStatus());
    if (code == ProblemCode.INTERNAL) {
      log.error("Tomcat could not serve a request.", thrown);
    }
    String document =
        """
        {"type":"/problems/%s","title":"%s","status":%d,"code":"%s","requestId":"%s","retryable":%b}\
        """
            .formatted(
                code.code(),
                code.title(),
                code.status(),
                code.code(),
                RequestId.of(request),
                code.retryable());
    try {
      response.setStatus(code.status());
      response.setContentType("application/problem+json");
      response.getOutputStream().write(document.getBytes(StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException e) {
      log.debug("The client left before it was answered.", e);
    }
  }
}
