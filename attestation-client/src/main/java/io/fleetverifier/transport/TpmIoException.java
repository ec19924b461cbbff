// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

/** The TPM cannot be reached, or did not answer with one whole response. */
public final class TpmIoException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TpmIoException(String message) {
    super(message);
  }

  public TpmIoException(String message, Throwable cause) {
    super(message, cause);
  }
}
