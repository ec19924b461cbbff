// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What devices last proved to hold in their PCRs. Only authentic evidence is ever stored. */
public interface LastEvidence {

  /**
   * One stored evidence.
   *
   * @param log SHA-256 of the boot event log that came with it
   */
  record Captured(UUID attestation, StoredPcrs pcrs, @Nullable Bytes log) {}

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
