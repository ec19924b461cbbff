// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.jdbc;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.trust.Finding;
import io.fleetverifier.server.trust.FindingRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Table {@code finding}. */
@Component
final class JdbcFindingRows implements FindingRows {

  private static final Cursor START = Cursor.of(Cursor.LATEST, new UUID(-1, -1));

  private static final String COLUMNS =
      "id, code, opened_at, last_seen_at, count, acknowledged_at, acknowledged_by";

  private final JdbcClient jdbc;

  JdbcFindingRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Page<Finding> list(UUID device, boolean openOnly, PageQuery query) {
    Cursor before = query.after(START);
    List<Finding> rows =
        jdbc.sql(
                "SELECT "
                    + COLUMNS
                    + """
                     FROM finding
                    WHERE device_id = :device AND (opened_at, id) < (:openedAt, :id)
                      AND (NOT :openOnly OR acknowledged_at IS NULL)
                    ORDER BY opened_at DESC, id DESC
                    LIMIT :rows
                    """)
            .param("device", device)
            .param("openedAt", before.time(0).atOffset(ZoneOffset.UTC))
            .param("id", before.id(1))
            .param("openOnly", openOnly)
            .param("rows", query.rows())
            .query((row, number) -> finding(row))
            .list();
    return Page.of(
        rows, query.most(), Function.identity(), row -> Cursor.of(row.openedAt(), row.id()));
  }

  @Override
  public Optional<Finding> lock(UUID device, UUID finding) {
    return jdbc.sql(
            "SELECT " + COLUMNS + " FROM finding WHERE device_id = :device AND id = :id FOR UPDATE")
        .param("device", device)
        .param("id", finding)
        .query((row, number) -> finding(row))
        .optional();
  }

  @Override
  public void acknowledge(UUID finding, String actor) {
    jdbc.sql(
            """
            UPDATE finding SET acknowledged_at = now(), acknowledged_by = :actor
             WHERE id = :id AND acknowledged_at IS NULL
            """)
        .param("id", finding)
        .param("actor", actor)
        .update();
  }

  private static Finding finding(ResultSet row) throws SQLException {
    return new Finding(
        Rows.id(row, "id"),
        row.getString("code"),
        Rows.time(row, "opened_at"),
        Rows.time(row, "last_seen_at"),
        row.getLong("count"),
        Rows.timeOrNull(row, "acknowledged_at"),
        row.getString("acknowledged_by"));
  }
}
