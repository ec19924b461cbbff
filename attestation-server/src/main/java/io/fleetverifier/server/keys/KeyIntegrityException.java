// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

/**
 * Something encrypted does not open: it, its place, or its associated data was changed, or it
 * belongs to another key. Trying again does not help.
 */
public final class KeyIntegrityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KeyIntegrityException(String message) {
    super(message);
  }

  public KeyIntegrityException(String message, Throwable cause) {
    super(message, cause);
  }
}
