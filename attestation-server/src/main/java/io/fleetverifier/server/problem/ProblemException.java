// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request with a problem document. Its detail and members reach the caller as they are, so
 * they hold nothing that the caller may not know.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final @Nullable String detail;
  private final transient Map<String, Object> members;
  private final @Nullable Duration retryAfter;

  public ProblemException(ProblemCode code) {
    this(code, null, Map.of(), null, null);
  }

  /**
   * @param detail one or two plain sentences on this occurrence
   */
  public ProblemException(ProblemCode code, String detail) {
    this(code, detail, Map.of(), null, null);
  }

  /**
   * @param members extension members of the document; values as JSON has them
   */
  public ProblemException(ProblemCode code, String detail, Map<String, ?> members) {
    this(code, detail, members, null, null);
  }

  private ProblemException(
      ProblemCode code,
      @Nullable String detail,
      Map<String, ?> members,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(code.code() + (detail == null ? "" : ": " + detail), cause);
    this.code = code;
    this.detail = detail;
    this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    this.retryAfter = retryAfter;
  }

  /** Service is refused for now; {@code Retry-After} tells when to come back. */
  public static ProblemException retryAfter(ProblemCode code, Duration retryAfter) {
    return new ProblemException(code, null, Map.of(), retryAfter, null);
  }

  /** The same with a cause, which is logged and never told. */
  ProblemException causedBy(Throwable cause) {
    return new ProblemException(code, detail, members, retryAfter, cause);
  }

  public ProblemCode code() {
    return code;
  }

  public Optional<String> detail() {
    return Optional.ofNullable(detail);
  }

  public Map<String, Object> members() {
    return members;
  }

  /** When to try again, for the header {@code Retry-After}. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
