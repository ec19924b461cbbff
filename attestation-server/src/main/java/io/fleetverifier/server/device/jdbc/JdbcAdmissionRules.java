// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.device.AdmissionRules;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.tpm.EkTemplate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tables {@code device_group}, {@code ek_registration} and {@code join_token}. */
@Component
final class JdbcAdmissionRules implements AdmissionRules {
  private static final String GROUP =
      """
      SELECT id, accept_unproven, accept_join_token, accept_approval, optional_ek_templates
        FROM device_group
      """;

  private final JdbcClient jdbc;

  JdbcAdmissionRules(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The policy lock, shared: edits of groups take it exclusively. */
  @Override
  public void hold() {
    jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock_shared(:lock)")
        .param("lock", PolicyEdits.POLICY_LOCK)
        .query(Integer.class)
        .single();
  }

  @Override
  public Map<Bytes, UUID> registrations(Collection<Bytes> fingerprints) {
    Map<Bytes, UUID> groups = new HashMap<>();
    if (fingerprints.isEmpty()) {
      return groups;
    }
    jdbc.sql(
            """
            SELECT fingerprint, group_id FROM ek_registration
             WHERE fingerprint IN (:fingerprints)
            """)
        .param("fingerprints", fingerprints.stream().map(Bytes::toArray).toList())
        .query(row -> {
          groups.put(
              Bytes.copyOf(row.getBytes("fingerprint")), row.getObject("group_id", UUID.class));
        });
    return groups;
  }

  @Override
  public Optional<UUID> useJoinToken(Bytes hash) {
    return jdbc.sql(
            """
            UPDATE join_token SET used = used + 1
             WHERE hash = :hash AND used < uses AND revoked_at IS NULL AND expires_at > now()
            RETURNING group_id
            """)
        .param("hash", hash.toArray())
        .query(UUID.class)
        .optional();
  }

  @Override
  public Optional<GroupRules> group(UUID id) {
    return jdbc.sql(GROUP + "WHERE id = :id")
        .param("id", id)
        .query((row, number) -> groupRules(row))
        .optional();
  }

  @Override
  public List<GroupRules> groupsForApproval() {
    return jdbc.sql(GROUP + "WHERE accept_approval").query((row, number) -> groupRules(row)).list();
  }

  private static GroupRules groupRules(ResultSet row) throws SQLException {
    String[] optional = (String[]) row.getArray("optional_ek_templates").getArray();
    return new GroupRules(
        row.getObject("id", UUID.class),
        row.getBoolean("accept_unproven"),
        row.getBoolean("accept_join_token"),
        row.getBoolean("accept_approval"),
        templates(optional));
  }

  private static Set<EkTemplate> templates(String[] labels) {
    return Arrays.stream(labels)
        .map(label -> EkTemplate.ofLabel(label).orElseThrow())
        .collect(Collectors.toUnmodifiableSet());
  }
}
