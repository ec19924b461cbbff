// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit;

import io.fleetverifier.json.WireJson;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes the record of an act into the transaction of the act: both are kept, or neither. */
@Component
public final class AuditLog {

  private final JdbcClient jdbc;

  AuditLog(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Adds a row to the running transaction.
   *
   * @param actor who: {@code token:ID:NAME} for a caller of the API, {@code server} for the server
   *     itself
   * @param act what, as {@code thing.verb}: {@code baseline.publish}
   * @param subject to what: {@code device/ID}, {@code baseline/NAME/NUMBER}
   * @param detail what else there is to say; never a secret
   * @throws IllegalStateException outside of a transaction
   */
  public void record(String actor, String act, String subject, Map<String, ?> detail) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("an act and its record belong in one transaction");
    }
    jdbc.sql(
            """
            insert into audit_event (actor, act, subject, detail)
            values (:actor, :act, :subject, cast(:detail as jsonb))
            """)
        .param("actor", actor)
        .param("act", act)
        .param("subject", subject)
        .param("detail", WireJson.strict().writeValueAsString(detail))
        .update();
  }
}
