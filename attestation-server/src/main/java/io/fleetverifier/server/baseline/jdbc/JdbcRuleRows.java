// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.baseline.RuleRows;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of {@code event_rule} and {@code secure_boot_rule}. */
@Component
final class JdbcRuleRows implements RuleRows {

  private final JdbcClient jdbc;

  JdbcRuleRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void insert(UUID version, EventRules rules) {
    rules
        .registers()
        .forEach((pcr, rule) -> {
          insert(version, pcr, true, rule.required());
          insert(version, pcr, false, rule.allowed());
        });
    SecureBootRule secureBoot = rules.secureBoot();
    if (secureBoot != null) {
      insert(version, "authority", secureBoot.authorities());
      insert(version, "forbidden", secureBoot.forbidden());
    }
  }

  private void insert(UUID version, int pcr, boolean required, Collection<Bytes> digests) {
    jdbc.sql(
            """
            insert into event_rule (version_id, pcr, digest, required)
            select :version, :pcr, digest, :required from unnest(:digests) digest
            """)
        .param("version", version)
        .param("pcr", pcr)
        .param("required", required)
        .param("digests", octets(digests))
        .update();
  }

  private void insert(UUID version, String demand, Collection<Bytes> digests) {
    jdbc.sql(
            """
            insert into secure_boot_rule (version_id, demand, digest)
            select :version, :demand, digest from unnest(:digests) digest
            """)
        .param("version", version)
        .param("demand", demand)
        .param("digests", octets(digests))
        .update();
  }

  private static byte[][] octets(Collection<Bytes> digests) {
    return digests.stream().map(Bytes::toArray).toArray(byte[][]::new);
  }

  @Override
  public EventRules of(UUID version) {
    Map<Integer, Set<Bytes>> required = new TreeMap<>();
    Map<Integer, Set<Bytes>> allowed = new TreeMap<>();
    jdbc.sql("select pcr, digest, required from event_rule where version_id = :version")
        .param("version", version)
        .query(row -> {
          (row.getBoolean("required") ? required : allowed)
              .computeIfAbsent(row.getInt("pcr"), pcr -> new HashSet<>())
              .add(Bytes.copyOf(row.getBytes("digest")));
        });
    return EventRules.of(required, allowed, secureBoot(version));
  }

  private @Nullable SecureBootRule secureBoot(UUID version) {
    Set<Bytes> authorities = new HashSet<>();
    Set<Bytes> forbidden = new HashSet<>();
    jdbc.sql("select demand, digest from secure_boot_rule where version_id = :version")
        .param("version", version)
        .query(row -> {
          (row.getString("demand").equals("authority") ? authorities : forbidden)
              .add(Bytes.copyOf(row.getBytes("digest")));
        });
    return authorities.isEmpty() ? null : new SecureBootRule(authorities, forbidden);
  }
}
