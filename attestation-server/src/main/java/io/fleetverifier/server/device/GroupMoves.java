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
 * Moves devices between groups. Another group asks for other baselines, so for a device that has
 * secrets this can make its release easier to earn.
 */
@Service
public final class GroupMoves {

  private final Devices devices;
  private final Groups groups;
  private final PolicyEdits edits;

  GroupMoves(Devices devices, Groups groups, PolicyEdits edits) {
    this.devices = devices;
    this.groups = groups;
    this.edits = edits;
  }

  /**
   * Moves a device.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @param mayLoosen whether the actor may move a device that has secrets
   * @throws ProblemException not-found, invalid for an unknown group, forbidden, or conflict when
   *     the device is retired
   */
  public void move(UUID device, String group, String actor, boolean mayLoosen) {
    edits.edit(
        actor,
        "device.move",
        "device/" + device,
        Map.of("group", group),
        () -> {
          Lifecycle lifecycle = devices.lockLifecycle(device).orElseThrow(DeviceLifecycle::unknown);
          if (lifecycle == Lifecycle.RETIRED) {
            throw new ProblemException(ProblemCode.CONFLICT, "The device is retired for good.");
          }
          if (!mayLoosen && devices.hasSecrets(device)) {
            throw new ProblemException(
                ProblemCode.FORBIDDEN,
                "A device that has secrets is moved by a security engineer.");
          }
          devices.moveToGroup(device, groups.named(group).id());
          return device;
        });
  }
}
