// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.baseline.StoredPcrs;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.trust.LastShown;
import io.fleetverifier.server.trust.Reappraisal;
import io.fleetverifier.server.trust.StatusRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Table {@code device_status} as re-evaluation sees it. */
@Component
final class JdbcStatusRows implements StatusRows {

  private static final String LAST_SHOWN =
      """
      SELECT s.device_id, d.group_id, a.id, a.received_at, a.purpose, a.pcr_values, a.logs, a.reasons, a.warnings,
             refusal_that_counts(t.endorsement_refusal, g.accept_unproven) AS endorsement_refusal
        FROM device_status s
        JOIN device d ON d.id = s.device_id
        JOIN device_group g ON g.id = d.group_id
        JOIN tpm t ON t.device_id = d.id AND t.active
        JOIN attestation a ON a.id = s.attestation_id AND a.received_at = s.last_evidence_at
      """;

  private final JdbcClient jdbc;

  JdbcStatusRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public long revision() {
    return jdbc.sql("SELECT revision FROM policy_revision").query(Long.class).single();
  }

  @Override
  public boolean timeChangedPolicy() {
    return jdbc.sql(
            """
            SELECT EXISTS (
              SELECT FROM policy_revision p
                JOIN (SELECT valid_from AS at FROM acceptance WHERE ended_at IS NULL
                      UNION ALL SELECT valid_to FROM acceptance WHERE ended_at IS NULL
                      UNION ALL SELECT observe_until FROM binding) bound
                  ON bound.at > p.edited_at AND bound.at <= now())
            """)
        .query(Boolean.class)
        .single();
  }

  @Override
  public List<LastShown> outdated(long revision, UUID after, int most) {
    return jdbc.sql(
            LAST_SHOWN
                + """
                 WHERE s.policy_revision < :revision AND s.device_id > :after AND d.lifecycle = 'active'
                 ORDER BY s.device_id
                 LIMIT :most
                """)
        .param("revision", revision)
        .param("after", after)
        .param("most", most)
        .query((row, number) -> lastShown(row))
        .list();
  }

  @Override
  public Optional<LastShown> lastShown(UUID device) {
    return jdbc.sql(LAST_SHOWN + " WHERE s.device_id = :device")
        .param("device", device)
        .query((row, number) -> lastShown(row))
        .optional();
  }

  private static LastShown lastShown(ResultSet row) throws SQLException {
    return new LastShown(
        Rows.id(row, "device_id"),
        Rows.id(row, "group_id"),
        Rows.id(row, "id"),
        Rows.time(row, "received_at"),
        Purpose.valueOf(row.getString("purpose").toUpperCase(Locale.ROOT)),
        new StoredPcrs(Bytes.copyOf(row.getBytes("pcr_values"))),
        Arrays.stream((byte[][]) row.getArray("logs").getArray()).map(Bytes::copyOf).toList(),
        Rows.texts(row, "reasons"),
        Rows.texts(row, "warnings"),
        ReasonCode.ofColumn(row.getString("endorsement_refusal")));
  }

  @Override
  public BootLog bootLog(LastShown shown) {
    return jdbc.sql(
            "SELECT data FROM event_log WHERE sha256 = ANY (CAST(:logs AS bytea[])) AND type = 'tcg-boot'")
        .param("logs", shown.logs().stream().map(Bytes::toArray).toArray(byte[][]::new))
        .query((row, number) -> BootLog.of(Bytes.copyOf(row.getBytes("data"))))
        .optional()
        .orElseGet(BootLog.Absent::new);
  }

  @Override
  public boolean hold(long revision) {
    jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock_shared(:lock)")
        .param("lock", PolicyEdits.POLICY_LOCK)
        .query(Integer.class)
        .single();
    return revision() == revision;
  }

  /**
   * One statement. The row is locked and looked at again first: an attestation that came meanwhile
   * was judged under present policy already.
   */
  @Override
  public void write(LastShown shown, Reappraisal reappraisal, long revision) {
    jdbc.sql(
            """
            WITH before AS (
              SELECT verdict, reasons FROM device_status
               WHERE device_id = :device AND attestation_id = :attestation AND policy_revision < :revision
                 FOR UPDATE),
            written AS (
              UPDATE device_status s
                 SET verdict = :verdict, reasons = :reasons, warnings = :warnings, policy_revision = :revision,
                     since = CASE WHEN s.verdict = :verdict THEN s.since ELSE now() END
                FROM before
               WHERE s.device_id = :device),
            changed AS (
              INSERT INTO status_change (epoch, device_id, previous, present, reasons)
              SELECT i.epoch, :device, before.verdict, :verdict, :reasons
                FROM before CROSS JOIN installation i
               WHERE before.verdict <> :verdict)
            INSERT INTO finding (id, device_id, code, opened_at, last_seen_at)
            SELECT gen_random_uuid(), :device, code, now(), now()
              FROM before CROSS JOIN unnest(CAST(:reasons AS text[])) code
             WHERE code <> ALL (before.reasons)
            ON CONFLICT (device_id, code) WHERE acknowledged_at IS NULL DO NOTHING
            """)
        .param("device", shown.device())
        .param("attestation", shown.attestation())
        .param("revision", revision)
        .param("verdict", reappraisal.isTrusted() ? "trusted" : "untrusted")
        .param("reasons", reappraisal.reasonCodes().toArray(String[]::new))
        .param("warnings", reappraisal.warningCodes().toArray(String[]::new))
        .update();
  }
}
