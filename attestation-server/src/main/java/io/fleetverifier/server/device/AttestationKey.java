// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmtPublic;

/**
 * An attestation key that kept every rule. Its Names are computed here and never taken from the
 * device.
 *
 * @param area {@code TPMT_PUBLIC} as received
 */
public record AttestationKey(Bytes area, TpmName name) {

  static AttestationKey of(TpmtPublic area) {
    return new AttestationKey(area.encode(), area.name());
  }

  /** What its quotes must name as their signer: a primary key of the endorsement hierarchy. */
  public TpmName qualifiedName() {
    return name.qualifiedUnder(TpmHandles.ENDORSEMENT);
  }
}
