// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.appraisal.Binding;
import io.fleetverifier.server.attestation.GroupBindings;
import io.fleetverifier.server.policy.PolicyEdits;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the present status of every device that of present policy: a repaired baseline repairs it,
 * a revoked version ends it, without the device doing anything. Every replica looks every few
 * seconds ({@code fv.trust.reevaluation-interval}); a status is written once for each policy
 * revision.
 */
@Component
public final class Reevaluation {

  private static final Logger log = LoggerFactory.getLogger(Reevaluation.class);
  private static final int BATCH = 100;

  private final StatusRows rows;
  private final GroupBindings bindings;
  private final PolicyEdits edits;
  private final InstantSource clock;
  private final TransactionTemplate transaction;

  Reevaluation(
      StatusRows rows,
      GroupBindings bindings,
      PolicyEdits edits,
      InstantSource clock,
      PlatformTransactionManager transactions) {
    this.rows = rows;
    this.bindings = bindings;
    this.edits = edits;
    this.clock = clock;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** A round that fails is made up for by the next. */
  @Scheduled(
      fixedDelayString = "${fv.trust.reevaluation-interval:PT10S}",
      initialDelayString = "${fv.trust.reevaluation-interval:PT10S}")
  void regularly() {
    try {
      round();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("The devices' status could not be held against present policy.", e);
    }
  }

  /** Judges every status that is of an earlier policy. */
  public void round() {
    if (rows.timeChangedPolicy()) {
      edits.edit("server", "policy.time-passed", "policy", Map.of(), () -> true);
    }
    long revision = rows.revision();
    Map<UUID, List<Binding>> known = new HashMap<>();
    List<LastShown> batch = rows.outdated(revision, new UUID(0, 0), BATCH);
    while (!batch.isEmpty() && write(batch, known, revision)) {
      batch = rows.outdated(revision, batch.getLast().device(), BATCH);
    }
  }

  /** False when policy has changed meanwhile: the next round begins anew. */
  private boolean write(List<LastShown> batch, Map<UUID, List<Binding>> known, long revision) {
    return transaction.execute(status -> {
      if (!rows.hold(revision)) {
        return false;
      }
      for (LastShown shown : batch) {
        List<Binding> asked = known.computeIfAbsent(shown.group(), bindings::of);
        rows.write(
            shown,
            Reappraisal.of(shown, asked, () -> rows.bootLog(shown), clock.instant()),
            revision);
      }
      return true;
    });
  }
}
