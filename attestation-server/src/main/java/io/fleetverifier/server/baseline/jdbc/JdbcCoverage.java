// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jdbc;

import io.fleetverifier.server.baseline.Coverage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what bindings, acceptances and versions cover together. */
@Component
final class JdbcCoverage implements Coverage {

  private final JdbcClient jdbc;
  private final InstantSource clock;

  /**
   * @param clock the one that acceptances begin by: the database's own may be behind it by as much
   *     as their distance could be measured
   */
  JdbcCoverage(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public List<Enforced> of(String group) {
    Map<UUID, Enforced> bindings = new LinkedHashMap<>();
    jdbc.sql(
            """
            select b.id, b.purposes, v.id as version,
              array(select r.pcr from reference_value r where r.version_id = v.id
                    union select e.pcr from event_rule e where e.version_id = v.id
                    union select 7 from secure_boot_rule s where s.version_id = v.id) as pcrs
            from binding b
              join device_group g on g.id = b.group_id
              left join (acceptance a
                  join baseline_version v on v.id = a.version_id and v.state = 'published')
                on a.group_id = g.id and v.baseline_id = b.baseline_id and a.ended_at is null
                  and a.valid_from <= :now and (a.valid_to is null or a.valid_to > :now)
            where g.name = :group and (b.observe_until is null or b.observe_until <= :now)
            """)
        .param("group", group)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .query((RowCallbackHandler) row -> add(row, bindings));
    return List.copyOf(bindings.values());
  }

  private static void add(ResultSet row, Map<UUID, Enforced> bindings) throws SQLException {
    Set<String> purposes = Set.of((String[]) row.getArray("purposes").getArray());
    Enforced binding =
        bindings.computeIfAbsent(
            row.getObject("id", UUID.class), id -> new Enforced(purposes, new ArrayList<>()));
    if (row.getObject("version") != null) {
      Set<Integer> pcrs = new TreeSet<>();
      for (Number pcr : (Number[]) row.getArray("pcrs").getArray()) {
        pcrs.add(pcr.intValue());
      }
      binding.versions().add(pcrs);
    }
  }
}
