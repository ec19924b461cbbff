// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

/** A release does not open, or is not to be opened. */
public final class ReleaseRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReleaseRefusedException(String message) {
    super(message);
  }

  public ReleaseRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
