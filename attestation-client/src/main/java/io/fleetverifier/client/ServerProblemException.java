// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server answered with a problem (section 10). */
public final class ServerProblemException extends ServerException {

  /** The challenge expired or was spent: another one helps at once. */
  public static final String CHALLENGE_EXPIRED = "challenge-expired";

  private static final long serialVersionUID = 1L;

  private final String code;
  private final int status;
  private final @Nullable Duration retryAfter;
  private final @Nullable String reason;

  /**
   * Tells what the problem document said.
   *
   * @param code its stable word; {@code http-404} and the like where there was no document
   * @param retryAfter what the header asked for
   * @param reason beside {@code enrolment-refused}: why
   */
  public ServerProblemException(
      String code, int status, @Nullable Duration retryAfter, @Nullable String reason) {
    super("the server answers " + code + (reason == null ? "" : ": " + reason));
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }

  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }
}
