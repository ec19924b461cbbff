// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.jdbc;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.trust.TrustReads;
import io.fleetverifier.server.trust.TrustRow;
import io.fleetverifier.server.trust.TrustSummary;
import io.fleetverifier.server.trust.TrustSummary.OfGroup;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads of the view {@code device_trust}, which alone derives the state. */
@Component
final class JdbcTrustReads implements TrustReads {

  private static final List<String> STATES =
      List.of("retired", "revoked", "never-attested", "untrusted", "stale", "trusted");

  private final JdbcClient jdbc;

  JdbcTrustReads(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Page<TrustRow> devices(Filter filter, PageQuery query) {
    Cursor after = query.after(Cursor.of("", new UUID(0, 0)));
    List<TrustRow> rows =
        jdbc.sql(
                """
                SELECT device_id, name, group_name, state, lifecycle, verdict, reasons, warnings, since,
                       last_evidence_at, freshness, open_findings,
                       (SELECT genuine FROM tpm WHERE tpm.device_id = device_trust.device_id AND active) AS genuine
                  FROM device_trust
                 WHERE (name, device_id) > (:name, :id)
                   AND (CAST(:group AS text) IS NULL OR group_name = :group)
                   AND (CAST(:state AS text) IS NULL OR state = :state)
                 ORDER BY name, device_id
                 LIMIT :rows
                """)
            .param("name", after.word(0))
            .param("id", after.id(1))
            .param("group", filter.group())
            .param("state", filter.state())
            .param("rows", query.rows())
            .query((row, number) -> trust(row))
            .list();
    return Page.of(
        rows, query.most(), Function.identity(), row -> Cursor.of(row.name(), row.deviceId()));
  }

  private static TrustRow trust(ResultSet row) throws SQLException {
    return new TrustRow(
        Rows.id(row, "device_id"),
        row.getString("name"),
        row.getString("group_name"),
        row.getString("state"),
        row.getString("lifecycle"),
        row.getString("genuine"),
        row.getString("verdict"),
        Rows.texts(row, "reasons"),
        Rows.texts(row, "warnings"),
        Rows.time(row, "since"),
        Rows.timeOrNull(row, "last_evidence_at"),
        row.getString("freshness"),
        row.getLong("open_findings"));
  }

  @Override
  public TrustSummary summary() {
    SortedMap<String, Long> fleet = noDevices();
    SortedMap<String, SortedMap<String, Long>> groups = new TreeMap<>();
    jdbc.sql(
            """
            SELECT g.name, t.state, count(t.device_id) AS devices
              FROM device_group g LEFT JOIN device_trust t ON t.group_name = g.name
             GROUP BY g.name, t.state
            """)
        .query(row -> {
          SortedMap<String, Long> group =
              groups.computeIfAbsent(row.getString("name"), name -> noDevices());
          String state = row.getString("state");
          if (state != null) {
            long devices = row.getLong("devices");
            group.merge(state, devices, Long::sum);
            fleet.merge(state, devices, Long::sum);
          }
        });
    List<OfGroup> ofGroups =
        groups.entrySet().stream()
            .map(group -> new OfGroup(group.getKey(), sum(group.getValue()), group.getValue()))
            .toList();
    return new TrustSummary(sum(fleet), fleet, ofGroups, reasons());
  }

  private SortedMap<String, Long> reasons() {
    SortedMap<String, Long> reasons = new TreeMap<>();
    jdbc.sql(
            """
            SELECT reason, count(*) AS devices
              FROM device_trust CROSS JOIN unnest(reasons) reason
             WHERE lifecycle = 'active'
             GROUP BY reason
            """)
        .query(row -> {
          reasons.put(row.getString("reason"), row.getLong("devices"));
        });
    return reasons;
  }

  private static SortedMap<String, Long> noDevices() {
    SortedMap<String, Long> states = new TreeMap<>();
    STATES.forEach(state -> states.put(state, 0L));
    return states;
  }

  private static long sum(SortedMap<String, Long> states) {
    return states.values().stream().mapToLong(Long::longValue).sum();
  }
}
