// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.home;

/**
 * The server will not start, and one line says why and what to do. Its message is shown to the
 * operator without a stack trace.
 */
public final class StartRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartRefusedException(String message) {
    super(message);
  }

  public StartRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
