// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;

/**
 * Accepts that a TPM was cleared: its counters, its clock and its storage root key may begin anew.
 * What the TPM said in an earlier epoch is compared with nothing any more.
 */
@Service
public final class NewTpmEpoch {
  private final Devices devices;
  private final PolicyEdits edits;

  NewTpmEpoch(Devices devices, PolicyEdits edits) {
    this.devices = devices;
    this.edits = edits;
  }

  /**
   * Opens the next epoch of the device's active TPM.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @return its number
   * @throws ProblemException not-found
   */
  public int open(UUID deviceId, String actor) {
    return edits.edit(
        actor,
        "device.new-tpm-epoch",
        "device/" + deviceId,
        Map.of(),
        () -> devices.nextTpmEpoch(deviceId).orElseThrow(DeviceLifecycle::unknown));
  }
}
