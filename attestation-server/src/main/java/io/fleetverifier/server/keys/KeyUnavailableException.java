// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

/** The key service does not answer now. Nothing was spent; the same request may succeed later. */
public final class KeyUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KeyUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
