// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Acts of people that change no verdict: one transaction with their record. What can change a
 * verdict goes through {@link io.fleetverifier.server.policy.PolicyEdits} instead.
 */
@Component
public final class AuditedActs {

  private final TransactionTemplate transaction;
  private final AuditLog log;

  AuditedActs(PlatformTransactionManager transactions, AuditLog log) {
    this.transaction = new TransactionTemplate(transactions);
    this.log = log;
  }

  /** Does the act and records it; the parameters are those of {@link AuditLog#record}. */
  public <T extends @Nullable Object> T perform(
      String actor, String act, String subject, Map<String, ?> detail, Supplier<T> body) {
    return transaction.execute(status -> {
      T result = body.get();
      log.record(actor, act, subject, detail);
      return result;
    });
  }
}
