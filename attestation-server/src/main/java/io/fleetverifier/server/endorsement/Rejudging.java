// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.policy.PolicyEdits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Judges stored certificates again when the roots, the policy, the deny list or the day changes.
 * What changes a TPM is an edit of policy: an attestation that was appraised before it commits
 * before it or not at all, and the status of devices follows.
 *
 * <p>Every replica does so by its own folder of roots, over what was judged by anything else: when
 * something changes for itself, so that one that learns late of a new folder finds what it enrolled
 * by the old one; and every few minutes, so that somebody finds what a replica judged that is gone.
 * Replicas whose folders differ take turns no more often than that.
 */
@Component
public final class Rejudging {
  private static final Logger log = LoggerFactory.getLogger(Rejudging.class);
  private static final int BATCH = 100;
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private final VendorFolder folder;
  private final EkJudge judge;
  private final JudgedRows rows;
  private final PolicyEdits edits;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private Optional<Done> done = Optional.empty();

  /** The last round that left nothing out: by what, and when in {@link System#nanoTime}. */
  private record Done(Bytes digest, long nanos) {}

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
    // Where one is under way, the next time is soon enough.
    if (!oneAtATime.tryLock()) {
      return;
    }
    try {
      roundIfDue();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("The certificates of endorsement keys could not be judged again.", e);
    } finally {
      oneAtATime.unlock();
    }
  }

  private boolean isDue() {
    folder.refresh();
    Bytes digest = judge.present().digest();
    return done.filter(last -> last.digest().equals(digest))
        .filter(last -> System.nanoTime() - last.nanos() < AGAIN.toNanos())
        .isEmpty();
  }

  /** A round, unless the last one judged by what counts now. */
  boolean roundIfDue() {
    oneAtATime.lock();
    try {
      return !isDue() || round();
    } finally {
      oneAtATime.unlock();
    }
  }

  /**
   * Reads the roots again and judges all that was judged by anything else.
   *
   * @return whether nothing was left out
   */
  public boolean round() {
    oneAtATime.lock();
    try {
      return roundAlone();
    } finally {
      oneAtATime.unlock();
    }
  }

  private boolean roundAlone() {
    folder.refresh();
    // Enrolments that began by the roots before are on record then.
    edits.awaitOthers();
    EkJudge.Present present = judge.present();
    boolean complete = true;
    List<JudgedTpm> batch = rows.outdated(present.digest(), new UUID(0, 0), BATCH);
    while (!batch.isEmpty()) {
      complete &= judge(batch, present);
      batch = rows.outdated(present.digest(), batch.getLast().id(), BATCH);
    }
    done = complete ? Optional.of(new Done(present.digest(), System.nanoTime())) : Optional.empty();
    return complete;
  }

  private boolean judge(List<JudgedTpm> batch, EkJudge.Present present) {
    List<JudgedTpm> same = new ArrayList<>();
    List<UUID> changed = new ArrayList<>();
    boolean complete = true;
    for (JudgedTpm tpm : batch) {
      try {
        if (tpm.judged(present).differsFrom(tpm)) {
          changed.add(tpm.id());
        } else {
          same.add(tpm);
        }
      } catch (RuntimeException e) {
        complete = false;
        tell(tpm.id(), e);
      }
    }
    rows.confirm(same, present.digest());
    return write(changed) && complete;
  }

  /** All at once; or, should one of them be in the way, each by itself. */
  private boolean write(List<UUID> changed) {
    if (changed.isEmpty()) {
      return true;
    }
    try {
      writeAtOnce(changed);
      return true;
    } catch (DataIntegrityViolationException oneOfThem) {
      boolean complete = true;
      for (UUID tpm : changed) {
        try {
          writeAtOnce(List.of(tpm));
        } catch (DataIntegrityViolationException e) {
          complete = false;
          tell(tpm, e);
        }
      }
      return complete;
    }
  }

  /** One must not keep the others from being judged; it is tried again in the next round. */
  private static void tell(UUID tpm, RuntimeException why) {
    log.error("The certificates of TPM {} could not be judged again.", tpm, why);
  }

  private void writeAtOnce(List<UUID> changed) {
    edits.edit("server", "ek.judge-again", "ek", Map.of("tpms", changed), () -> writeAnew(changed));
  }

  /** Under the policy lock, from what is on record now: it may have changed since it was read. */
  private int writeAnew(List<UUID> changed) {
    EkJudge.Present present = judge.present();
    List<JudgedTpm> tpms = rows.of(changed);
    tpms.forEach(tpm -> rows.write(tpm, tpm.judged(present)));
    return tpms.size();
  }
}
