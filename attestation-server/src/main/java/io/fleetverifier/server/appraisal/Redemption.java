// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.util.UUID;

/**
 * That a challenge was redeemed and the result recorded, committed. Only the one write of an
 * attestation makes one; the architecture test says so.
 */
public final class Redemption {
  private final UUID attestation;

  public Redemption(UUID attestation) {
    this.attestation = attestation;
  }

  /** Id of the recorded attestation. */
  public UUID attestation() {
    return attestation;
  }
}
