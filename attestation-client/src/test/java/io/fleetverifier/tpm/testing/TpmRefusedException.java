// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm.testing;

/** The software TPM answered a command with an error. */
public final class TpmRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int responseCode;

  TpmRefusedException(int responseCode, String message) {
    super(String.format("0x%x: %s", responseCode, message));
    this.responseCode = responseCode;
  }

  /** The TPM_RC, as libtpms gives it. */
  public int responseCode() {
    return responseCode;
  }
}
