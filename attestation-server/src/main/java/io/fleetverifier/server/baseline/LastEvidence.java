// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What devices last proved to hold in their PCRs. Only authentic evidence is ever stored. */
public interface LastEvidence {

  /** One stored evidence. */
  record Captured(UUID attestation, StoredPcrs pcrs) {}

  /**
   * The last evidence of an active device.
   *
   * @param fromBoot only evidence of purpose unlock or provision, given in the boot phase in which
   *     secrets are released
   */
  Optional<Captured> of(UUID device, boolean fromBoot);

  /** The last evidence of every active device that ever gave any. */
  List<StoredPcrs> ofAll();
}
