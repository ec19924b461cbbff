// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit.jdbc;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.audit.AuditEvent;
import io.fleetverifier.server.audit.AuditEvents;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads of the table {@code audit_event}. */
@Component
final class JdbcAuditEvents implements AuditEvents {

  private final JdbcClient jdbc;

  JdbcAuditEvents(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Page<AuditEvent> list(Filter filter, PageQuery query) {
    List<AuditEvent> rows =
        jdbc.sql(
                """
                SELECT id, at, actor, act, subject, detail
                  FROM audit_event
                 WHERE id < :id
                   AND (CAST(:actor AS text) IS NULL OR actor = :actor)
                   AND (CAST(:act AS text) IS NULL OR act = :act)
                   AND (CAST(:subject AS text) IS NULL OR subject = :subject)
                 ORDER BY id DESC
                 LIMIT :rows
                """)
            .param("id", query.after(Cursor.of(Long.MAX_VALUE)).number(0))
            .param("actor", filter.actor())
            .param("act", filter.act())
            .param("subject", filter.subject())
            .param("rows", query.rows())
            .query((row, number) ->
                new AuditEvent(
                    row.getLong("id"),
                    Rows.time(row, "at"),
                    row.getString("actor"),
                    row.getString("act"),
                    row.getString("subject"),
                    WireJson.strict().readTree(row.getString("detail"))))
            .list();
    return Page.of(rows, query.most(), Function.identity(), row -> Cursor.of(row.id()));
  }
}
