// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.appraisal.ReasonCode;
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
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tables {@code tpm} and {@code ek} as judging certificates sees them. */
@Component
final class JdbcJudgedRows implements JudgedRows {

  private static final String TPM =
      """
      SELECT t.id, t.genuine, t.sealing_ek, t.endorsement_refusal, t.judged_by, t.intermediates,
             EXISTS (SELECT FROM secret s JOIN secret_version v ON v.secret_id = s.id
                      WHERE s.device_id = t.device_id AND v.state <> 'retired') AS has_secrets
        FROM tpm t
      """;

  private final JdbcClient jdbc;

  JdbcJudgedRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<JudgedTpm> outdated(Bytes digest, UUID after, int most) {
    return withEks(
        jdbc.sql(
                TPM
                    + """
                      JOIN device d ON d.id = t.device_id AND d.lifecycle <> 'retired'
                     WHERE t.id > :after AND t.judged_by IS DISTINCT FROM :digest
                       AND EXISTS (SELECT FROM ek e
                                    WHERE e.tpm_id = t.id
                                      AND (e.certificate IS NOT NULL OR e.endorsement IS NOT NULL
                                           OR e.fingerprint IN (SELECT fingerprint FROM ek_denial WHERE kind = 'ek')))
                     ORDER BY t.id
                     LIMIT :most
                    """)
            .param("digest", digest.toArray())
            .param("after", after)
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
        ReasonCode.ofColumn(row.getString("endorsement_refusal")),
        Optional.ofNullable(row.getBytes("judged_by")).map(Bytes::copyOf),
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
        EkJudgement.fromJson(row.getString("endorsement")));
  }

  @Override
  public void confirm(Collection<JudgedTpm> tpms, Bytes digest) {
    jdbc.sql(
            """
            UPDATE tpm SET judged_by = :digest
              FROM unnest(:ids, :before) AS seen (id, judged_by)
             WHERE tpm.id = seen.id AND tpm.judged_by IS NOT DISTINCT FROM seen.judged_by
            """)
        .param("digest", digest.toArray())
        .param("ids", tpms.stream().map(JudgedTpm::id).toArray(UUID[]::new))
        .param(
            "before",
            tpms.stream()
                .map(tpm -> tpm.judgedBy().map(Bytes::toArray).orElse(null))
                .toArray(byte[][]::new))
        .update();
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
            UPDATE tpm SET genuine = :genuine, sealing_ek = :sealingEk, endorsement_refusal = :refusal,
                   judged_by = :judgedBy
             WHERE id = :id
            """)
        .param("id", after.id())
        .param("genuine", after.genuine().word())
        .param("sealingEk", after.sealingEk().toArray())
        .param("refusal", after.refusal() == null ? null : after.refusal().name())
        .param("judgedBy", after.judgedBy().map(Bytes::toArray).orElse(null))
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
        .param("endorsement", ek.endorsement().map(EkJudgement::toJson).orElse(null))
        .update();
  }
}
