// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;

/**
 * The life of a device after enrolment. Each step is a policy edit: once it is answered, no release
 * commits that was decided before it.
 */
@Service
public final class DeviceLifecycle {
  private final Devices devices;
  private final PolicyEdits edits;

  DeviceLifecycle(Devices devices, PolicyEdits edits) {
    this.devices = devices;
    this.edits = edits;
  }

  /**
   * Refuses the device everything from now on. Revoking again changes nothing.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found; conflict when it is retired
   */
  public void revoke(UUID deviceId, String actor) {
    move(deviceId, Lifecycle.REVOKED, "device.revoke", actor);
  }

  /**
   * Takes a revocation back. Reinstating an active device changes nothing.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found; conflict when it is retired
   */
  public void reinstate(UUID deviceId, String actor) {
    move(deviceId, Lifecycle.ACTIVE, "device.reinstate", actor);
  }

  /**
   * Takes the device out of the fleet for good. Its rows stay: its keys never enrol again.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found
   */
  public void retire(UUID deviceId, String actor) {
    move(deviceId, Lifecycle.RETIRED, "device.retire", actor);
  }

  private void move(UUID deviceId, Lifecycle to, String act, String actor) {
    edits.edit(
        actor,
        act,
        "device/" + deviceId,
        Map.of(),
        () -> {
          Lifecycle from = devices.lockLifecycle(deviceId).orElseThrow(DeviceLifecycle::unknown);
          if (from == Lifecycle.RETIRED && to != Lifecycle.RETIRED) {
            throw new ProblemException(ProblemCode.CONFLICT, "The device is retired for good.");
          }
          if (from != to) {
            devices.changeLifecycle(deviceId, from, to);
          }
          return to;
        });
  }

  static ProblemException unknown() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such device.");
  }
}
