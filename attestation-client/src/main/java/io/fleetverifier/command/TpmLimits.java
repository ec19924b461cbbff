// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

/** Bounds of what a response may hold, in octets. */
final class TpmLimits {

  /** No structure is larger than a whole response. */
  static final int LARGEST_STRUCTURE = 4096;

  /** TPM2B_DIGEST, with SHA-512. */
  static final int LARGEST_DIGEST = 64;

  /** TPM2B_SENSITIVE_DATA. */
  static final int LARGEST_SEALED = 128;

  private TpmLimits() {}
}
