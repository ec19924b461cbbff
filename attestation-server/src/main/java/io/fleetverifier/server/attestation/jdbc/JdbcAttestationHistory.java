// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.attestation.AttestationHistory;
import io.fleetverifier.server.attestation.StoredAttestation;
import io.fleetverifier.server.attestation.StoredAttestation.MatchedVersion;
import io.fleetverifier.server.baseline.StoredPcrs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads of the table {@code attestation}. */
@Component
final class JdbcAttestationHistory implements AttestationHistory {

  private static final Cursor START = Cursor.of(Cursor.LATEST, new UUID(-1, -1));

  private final JdbcClient jdbc;

  JdbcAttestationHistory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Page<StoredAttestation> list(UUID device, PageQuery query) {
    Cursor before = query.after(START);
    List<StoredAttestation> rows =
        jdbc.sql(
                """
                SELECT a.id, a.received_at, a.purpose, a.verdict, a.reasons, a.refusals, a.warnings,
                       a.policy_revision, host(a.address) AS address, a.pcr_values, a.boot, a.explanation,
                       (SELECT coalesce(array_agg(encode(l, 'hex')), '{}') FROM unnest(a.logs) l) AS logs,
                       (SELECT jsonb_agg(jsonb_build_object(
                            'baseline', b.name, 'version', v.number, 'label', v.label) ORDER BY b.name)
                          FROM baseline_version v JOIN baseline b ON b.id = v.baseline_id
                         WHERE v.id = ANY (a.matched_versions)) AS matched
                  FROM attestation a
                 WHERE a.device_id = :device AND (a.received_at, a.id) < (:receivedAt, :id)
                 ORDER BY a.received_at DESC, a.id DESC
                 LIMIT :rows
                """)
            .param("device", device)
            .param("receivedAt", before.time(0).atOffset(ZoneOffset.UTC))
            .param("id", before.id(1))
            .param("rows", query.rows())
            .query((row, number) -> stored(row))
            .list();
    return Page.of(
        rows, query.most(), Function.identity(), row -> Cursor.of(row.receivedAt(), row.id()));
  }

  private static StoredAttestation stored(ResultSet row) throws SQLException {
    return new StoredAttestation(
        Rows.id(row, "id"),
        Rows.time(row, "received_at"),
        row.getString("purpose"),
        row.getString("verdict"),
        Rows.texts(row, "reasons"),
        Rows.texts(row, "refusals"),
        Rows.texts(row, "warnings"),
        matched(row.getString("matched")),
        row.getLong("policy_revision"),
        row.getString("address"),
        new StoredPcrs(Bytes.copyOf(row.getBytes("pcr_values"))).toHex(),
        Rows.texts(row, "logs"),
        BootJson.read(row.getString("boot")),
        ExplanationJson.read(row.getString("explanation")));
  }

  private static List<MatchedVersion> matched(@Nullable String json) {
    return json == null
        ? List.of()
        : List.of(WireJson.strict().readValue(json, MatchedVersion[].class));
  }
}
