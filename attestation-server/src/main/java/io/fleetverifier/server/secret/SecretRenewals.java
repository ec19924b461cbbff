// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;

/**
 * An operator's leave to provision a volume again. The present version is retired, so that the next
 * provisioning makes the next version; what the volume holds until then can only be opened with its
 * recovery key.
 */
@Service
public final class SecretRenewals {

  private final SecretInventory inventory;
  private final PolicyEdits edits;

  SecretRenewals(SecretInventory inventory, PolicyEdits edits) {
    this.inventory = inventory;
    this.edits = edits;
  }

  /**
   * Retires the pending or active version.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found when the volume has no version to retire
   */
  public void renew(UUID device, String volume, String actor) {
    edits.edit(
        actor,
        "secret.renew",
        "device/" + device,
        Map.of("volume", volume),
        () -> {
          int retired = inventory.retire(device, volume);
          if (retired == 0) {
            throw new ProblemException(
                ProblemCode.NOT_FOUND,
                "The device has no pending or active secret for this volume.");
          }
          return retired;
        });
  }
}
