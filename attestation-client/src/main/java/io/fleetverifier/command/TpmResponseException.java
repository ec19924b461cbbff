// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

/** A response that the TPM cannot have given: it was changed on the way, or contradicts itself. */
public final class TpmResponseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TpmResponseException(String message) {
    super(message);
  }
}
