// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.policy;

import io.fleetverifier.server.audit.AuditLog;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every edit that can change a verdict: a device's life cycle, a baseline, an acceptance, a
 * binding, a group, the release switch.
 *
 * <p>An edit takes advisory lock 1 exclusively before it does anything else and raises the policy
 * revision. An attestation reads the revision with its context, takes the lock shared before its
 * one write and compares. So an attestation that was appraised under the old policy either commits
 * before the edit is answered or not at all: no release follows a revocation that somebody was told
 * of.
 */
@Component
public final class PolicyEdits {

  /** Key of the PostgreSQL advisory lock: exclusive for edits, shared for attestations. */
  public static final long POLICY_LOCK = 1;

  private final JdbcClient jdbc;
  private final AuditLog audit;
  private final TransactionTemplate transaction;

  PolicyEdits(JdbcClient jdbc, AuditLog audit, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Makes an edit in a transaction of its own and returns after the commit. What the edit throws
   * rolls everything back.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @param act what, as {@code thing.verb}
   * @param subject to what
   * @param detail what else there is to say; never a secret
   * @throws IllegalStateException inside of another transaction: one that has read or locked
   *     anything already would take the lock too late
   */
  public <T extends @Nullable Object> T edit(
      String actor, String act, String subject, Map<String, ?> detail, Supplier<T> edit) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a policy edit is a transaction of its own");
    }
    return transaction.execute(status -> {
      lock();
      T result = edit.get();
      raiseRevision();
      audit.record(actor, act, subject, detail);
      return result;
    });
  }

  /**
   * Returns when every transaction has ended that held the policy before: what it wrote is to be
   * seen, and any other sees what this thread did before.
   */
  public void awaitOthers() {
    transaction.executeWithoutResult(status -> lock());
  }

  private void lock() {
    jdbc.sql("select 1 from pg_advisory_xact_lock(:lock)")
        .param("lock", POLICY_LOCK)
        .query(Integer.class)
        .single();
  }

  private void raiseRevision() {
    jdbc.sql("update policy_revision set revision = revision + 1, edited_at = now()").update();
  }
}
