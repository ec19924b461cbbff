// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

/** Something worth telling about a certificate that does not decide by itself. */
public record EkFinding(Code code, String text) {

  public EkFinding {
    text = PrintableText.of(text);
  }

  /** What was found, for programs. */
  public enum Code {
    /** The certificate's time has ended; the chip lives on. */
    EXPIRED,
    /** The time of a CA on the path has ended. */
    CA_EXPIRED,
    /** A pinned CA certificate is itself signed with SHA-1. */
    SHA1_CA,
    /** Padding of an NV index followed the certificate. */
    PADDING,
    /** The certificate was wrapped as TPM 1.2 wraps it. */
    TPM12_WRAPPER,
    /** An intermediate certificate that came along cannot be read; it was not used. */
    INTERMEDIATE_UNREADABLE,
    /** No list of revocations was at hand for a certificate on the path. */
    REVOCATION_NOT_CHECKED,
    /** The list of revocations at hand is no longer fresh. */
    CRL_STALE
  }
}
