// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.util.Locale;

/** The kinds of problem that the server answers with. Codes are stable: clients act on them. */
public enum ProblemCode {
  MALFORMED(400, "The request cannot be read", false),
  UNSUPPORTED_PROTOCOL(400, "The protocol version is not spoken here", false),
  UNAUTHORIZED(401, "Credentials are missing or not accepted", false),
  FORBIDDEN(403, "The caller may not do this", false),
  NOT_ENROLLED(403, "The device is not enrolled", false),
  ENROLMENT_REFUSED(403, "The enrolment is refused", false),
  NOT_FOUND(404, "There is no such resource", false),
  METHOD_NOT_ALLOWED(405, "The resource does not take this method", false),
  NOT_ACCEPTABLE(406, "No accepted representation is available", false),
  CONFLICT(409, "The request conflicts with the present state", false),
  CHALLENGE_EXPIRED(409, "The challenge was spent or has expired", true),
  PRECONDITION_FAILED(412, "The resource has changed meanwhile", false),
  TOO_LARGE(413, "The request body is too large", false),
  UNSUPPORTED_MEDIA_TYPE(415, "The body's type or encoding is not accepted", false),
  UNVERIFIABLE(422, "The evidence cannot be verified", false),
  INVALID(422, "The request's content is not valid", false),
  PRECONDITION_REQUIRED(428, "The request must name the version it changes", false),
  TOO_MANY_REQUESTS(429, "Too many requests", true),
  INTERNAL(500, "Internal error", false),
  RETRY(503, "Temporarily unavailable", true);

  private final int status;
  private final String title;
  private final boolean retryable;

  ProblemCode(int status, String title, boolean retryable) {
    this.status = status;
    this.title = title;
    this.retryable = retryable;
  }

  /** As it stands in documents: lower case with hyphens. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** A short sentence that is the same for each occurrence. */
  public String title() {
    return title;
  }

  /** Whether the same intent, sent again later, may succeed. */
  public boolean retryable() {
    return retryable;
  }

  /** The general problem of an HTTP error status that arose outside the application. */
  static ProblemCode ofStatus(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405, 501 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> CONFLICT;
      case 412 -> PRECONDITION_FAILED;
      case 413 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 422 -> INVALID;
      case 428 -> PRECONDITION_REQUIRED;
      case 429 -> TOO_MANY_REQUESTS;
      case 503 -> RETRY;
      default -> status >= 400 && status < 500 ? MALFORMED : INTERNAL;
    };
  }
}
