// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.policy.PolicyEdits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Judges all stored certificates again when the roots, the policy, the deny list or the day
 * changes. What changes a TPM is an edit of policy: an attestation that was appraised before it
 * commits before it or not at all, and the status of devices follows.
 *
 * <p>Every replica does so by its own folder of roots, once for each change; doing it twice changes
 * nothing more. Replicas whose folders differ do not take turns for ever: each judges again only
 * when something changes for itself.
 */
@Component
public final class Rejudging {
  private static final Logger log = LoggerFactory.getLogger(Rejudging.class);
  private static final int BATCH = 100;

  private final VendorFolder folder;
  private final EkJudge judge;
  private final JudgedRows rows;
  private final PolicyEdits edits;
  private Optional<Bytes> done = Optional.empty();

  Rejudging(VendorFolder folder, EkJudge judge, JudgedRows rows, PolicyEdits edits) {
    this.folder = folder;
    this.judge = judge;
    this.rows = rows;
    this.edits = edits;
  }

  /** A round that fails is made up for by the next. */
  @Scheduled(
      fixedDelayString = "${fv.trust.reevaluation-interval:PT10S}",
      initialDelayString = "${fv.trust.reevaluation-interval:PT10S}")
  void regularly() {
    try {
      round();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("The certificates of endorsement keys could not be judged again.", e);
    }
  }

  /** Reads the roots again and, if anything has changed, judges everything. */
  public synchronized void round() {
    folder.refresh();
    EkJudge.Present present = judge.present();
    Optional<Bytes> digest = Optional.of(present.digest());
    if (digest.equals(done)) {
      return;
    }
    if (!digest.equals(rows.judgedBy())) {
      judgeAll(present);
      rows.setJudgedBy(present.digest());
    }
    done = digest;
  }

  private void judgeAll(EkJudge.Present present) {
    List<JudgedTpm> batch = rows.after(new UUID(0, 0), present.denied().keys(), BATCH);
    while (!batch.isEmpty()) {
      List<UUID> changed =
          batch.stream()
              .filter(tpm -> !tpm.judged(present).equals(tpm))
              .map(JudgedTpm::id)
              .toList();
      if (!changed.isEmpty()) {
        edits.edit(
            "server",
            "ek.judge-again",
            "ek",
            Map.of("tpms", changed.size()),
            () -> writeAnew(changed));
      }
      batch = rows.after(batch.getLast().id(), present.denied().keys(), BATCH);
    }
  }

  /** Under the policy lock, from what is on record now: it may have changed since it was read. */
  private int writeAnew(List<UUID> changed) {
    EkJudge.Present present = judge.present();
    List<JudgedTpm> tpms = rows.of(changed);
    tpms.forEach(tpm -> rows.write(tpm, tpm.judged(present)));
    return tpms.size();
  }
}
