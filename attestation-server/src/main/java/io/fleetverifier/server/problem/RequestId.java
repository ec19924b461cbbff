// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import jakarta.servlet.http.HttpServletRequest;

/** The id of a request: in its answer, in each problem document, and in each line of the log. */
public final class RequestId {

  /** The response header that carries it. */
  public static final String HEADER = "X-Request-Id";

  private static final String ATTRIBUTE = RequestId.class.getName();

  private RequestId() {}

  /** The id given to this request when it arrived; empty for one that never reached a filter. */
  public static String of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "";
  }

  static void set(HttpServletRequest request, String id) {
    request.setAttribute(ATTRIBUTE, id);
  }
}
