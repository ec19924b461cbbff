// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

/** Bytes that are not one certificate of a key that a TPM could have. */
public final class EkCertificateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final EkRefusal refusal;

  EkCertificateException(EkRefusal refusal, String message) {
    super(PrintableText.of(message));
    this.refusal = refusal;
  }

  public EkRefusal refusal() {
    return refusal;
  }
}
