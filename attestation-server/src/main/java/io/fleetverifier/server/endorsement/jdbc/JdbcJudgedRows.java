// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.endorsement.EkJudgement;
import io.fleetverifier.server.endorsement.Genuine;
import io.fleetverifier.server.endorsement.JudgedRows;
import io.fleetverifier.server.endorsement.JudgedTpm;
import io.fleetverifier.server.endorsement.JudgedTpm.JudgedEk;
import io.fleetverifier.tpm.EkTemplate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tables {@code tpm} and {@code ek} as judging certificates sees them, and {@code ek_judgement}.
 */
@Component
final class JdbcJudgedRows implements JudgedRows {

  private static final String TPM =
      """
      SELECT t.id, t.genuine, t.sealing_ek, t.was_genuine, t.endorsement_refusal, t.intermediates,
             EXISTS (SELECT FROM secret s JOIN secret_version v ON v.secret_id = s.id
                      WHERE s.device_id = t.device_id AND v.state <> 'retired') AS has_secrets
        FROM tpm t
      """;

  private final JdbcClient jdbc;

  JdbcJudgedRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Optional<Bytes> judgedBy() {
    return jdbc.sql("SELECT judged_by FROM ek_judgement WHERE judged_by IS NOT NULL")
        .query((row, number) -> Bytes.copyOf(row.getBytes("judged_by")))
        .optional();
  }

  @Override
  public void setJudgedBy(Bytes digest) {
    jdbc.sql("UPDATE ek_judgement SET judged_by = :digest, judged_at = now()")
        .param("digest", digest.toArray())
        .update();
  }

  @Override
  public List<JudgedTpm> after(UUID id, Set<Bytes> denied, int most) {
    return withEks(
        jdbc.sql(
                TPM
                    + """
                      JOIN device d ON d.id = t.device_id AND d.lifecycle <> 'retired'
                     WHERE t.id > :after
                       AND EXISTS (SELECT FROM ek e
                                    WHERE e.tpm_id = t.id
                                      AND (e.certificate IS NOT NULL OR e.endorsement IS NOT NULL
                                           OR encode(e.fingerprint, 'hex') = ANY (:denied)))
                     ORDER BY t.id
                     LIMIT :most
                    """)
            .param("after", id)
            .param("denied", denied.stream().map(Bytes::toHex).toArray(String[]::new))
            .param("most", most)
            .query((row, number) -> tpm(row))
            .list());
  }

  @Override
  public List<JudgedTpm> of(Collection<UUID> ids) {
    return withEks(
        jdbc.sql(TPM + " WHERE t.id IN (:ids) ORDER BY t.id")
            .param("ids", ids)
            .query((row, number) -> tpm(row))
            .list());
  }

  private static JudgedTpm tpm(ResultSet row) throws SQLException {
    return new JudgedTpm(
        Rows.id(row, "id"),
        Genuine.ofWord(row.getString("genuine")),
        Bytes.copyOf(row.getBytes("sealing_ek")),
        row.getBoolean("has_secrets"),
        row.getBoolean("was_genuine"),
        row.getString("endorsement_refusal"),
        Arrays.stream((byte[][]) row.getArray("intermediates").getArray())
            .map(Bytes::copyOf)
            .toList(),
        List.of());
  }

  private List<JudgedTpm> withEks(List<JudgedTpm> tpms) {
    if (tpms.isEmpty()) {
      return tpms;
    }
    Map<UUID, List<JudgedEk>> eks = new HashMap<>();
    jdbc.sql(
            """
            SELECT tpm_id, fingerprint, template, area, certificate, genuine, endorsement
              FROM ek WHERE tpm_id IN (:tpms) ORDER BY template
            """)
        .param("tpms", tpms.stream().map(JudgedTpm::id).toList())
        .query(row -> {
          eks.computeIfAbsent(Rows.id(row, "tpm_id"), id -> new ArrayList<>()).add(ek(row));
        });
    return tpms.stream().map(tpm -> tpm.with(eks.getOrDefault(tpm.id(), List.of()))).toList();
  }

  private static JudgedEk ek(ResultSet row) throws SQLException {
    byte[] certificate = row.getBytes("certificate");
    return new JudgedEk(
        Bytes.copyOf(row.getBytes("fingerprint")),
        EkTemplate.ofLabel(row.getString("template")).orElseThrow(),
        Bytes.copyOf(row.getBytes("area")),
        certificate == null ? null : Bytes.copyOf(certificate),
        Genuine.ofWord(row.getString("genuine")),
        endorsement(row.getString("endorsement")));
  }

  private static Optional<EkJudgement> endorsement(@Nullable String json) {
    return json == null
        ? Optional.empty()
        : Optional.of(WireJson.strict().readValue(json, EkJudgement.class));
  }

  @Override
  public void write(JudgedTpm before, JudgedTpm after) {
    for (int i = 0; i < after.eks().size(); i++) {
      if (!after.eks().get(i).equals(before.eks().get(i))) {
        write(after.eks().get(i));
      }
    }
    jdbc.sql(
            """
            UPDATE tpm SET genuine = :genuine, sealing_ek = :sealingEk, was_genuine = :wasGenuine,
                   endorsement_refusal = :refusal
             WHERE id = :id
            """)
        .param("id", after.id())
        .param("genuine", after.genuine().word())
        .param("sealingEk", after.sealingEk().toArray())
        .param("wasGenuine", after.wasGenuine())
        .param("refusal", after.refusal())
        .update();
  }

  private void write(JudgedEk ek) {
    jdbc.sql(
            """
            UPDATE ek SET genuine = :genuine, endorsement = CAST(:endorsement AS jsonb)
             WHERE fingerprint = :fingerprint
            """)
        .param("fingerprint", ek.fingerprint().toArray())
        .param("genuine", ek.genuine().word())
        .param(
            "endorsement", ek.endorsement().map(WireJson.strict()::writeValueAsString).orElse(null))
        .update();
  }
}
