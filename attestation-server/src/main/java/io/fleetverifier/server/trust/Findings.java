// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;

/** Findings: shown, and acknowledged by a person. */
@Service
public final class Findings {

  private final FindingRows rows;
  private final AuditedActs acts;

  Findings(FindingRows rows, AuditedActs acts) {
    this.rows = rows;
    this.acts = acts;
  }

  public Page<Finding> list(UUID device, boolean openOnly, PageQuery query) {
    return rows.list(device, openOnly, query);
  }

  /**
   * Closes a finding. The same failure seen again opens another.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found, or conflict when it is closed already
   */
  public void acknowledge(UUID device, UUID finding, String actor) {
    acts.perform(
        actor,
        "finding.acknowledge",
        "device/" + device,
        Map.of("finding", finding),
        () -> {
          Finding found =
              rows.lock(device, finding)
                  .orElseThrow(() ->
                      new ProblemException(
                          ProblemCode.NOT_FOUND, "The device has no such finding."));
          if (found.acknowledgedAt() != null) {
            throw new ProblemException(
                ProblemCode.CONFLICT, "The finding is acknowledged already.");
          }
          rows.acknowledge(finding, actor);
          return finding;
        });
  }
}
