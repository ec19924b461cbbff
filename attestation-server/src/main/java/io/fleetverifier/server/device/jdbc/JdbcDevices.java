// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.device.Devices;
import io.fleetverifier.server.device.EnrolmentRefusal;
import io.fleetverifier.server.device.LevelledKeys.LevelledKey;
import io.fleetverifier.server.device.Lifecycle;
import io.fleetverifier.server.endorsement.EkJudgement;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tables {@code device}, {@code tpm}, {@code ek} and {@code ak}, and what their changes leave. */
@Component
final class JdbcDevices implements Devices {
  private final JdbcClient jdbc;

  JdbcDevices(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** One advisory lock for each key, numbered by its fingerprint, always in the same order. */
  @Override
  public void lock(Collection<Bytes> fingerprints) {
    fingerprints.stream()
        .map(fingerprint -> ByteBuffer.wrap(fingerprint.toArray()).getLong())
        .sorted()
        .forEach(number ->
            jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(:number)")
                .param("number", number)
                .query(Integer.class)
                .single());
  }

  @Override
  public List<KnownKey> known(Collection<Bytes> fingerprints) {
    return jdbc.sql(
            """
            SELECT ek.fingerprint, ek.tpm_id, tpm.active, device.id, device.lifecycle, ak.name
              FROM ek
              JOIN tpm ON tpm.id = ek.tpm_id
              JOIN device ON device.id = tpm.device_id
              LEFT JOIN ak ON ak.tpm_id = tpm.id AND ak.active
             WHERE ek.fingerprint IN (:fingerprints)
            """)
        .param("fingerprints", fingerprints.stream().map(Bytes::toArray).toList())
        .query((row, number) -> knownKey(row))
        .list();
  }

  private static KnownKey knownKey(ResultSet row) throws SQLException {
    return new KnownKey(
        Bytes.copyOf(row.getBytes("fingerprint")),
        row.getObject("tpm_id", UUID.class),
        row.getBoolean("active"),
        row.getObject("id", UUID.class),
        Lifecycle.ofWord(row.getString("lifecycle")),
        Optional.ofNullable(row.getBytes("name")).map(Bytes::copyOf));
  }

  @Override
  public boolean hasAk(Bytes akName) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM ak WHERE name = :name)")
        .param("name", akName.toArray())
        .query(Boolean.class)
        .single();
  }

  @Override
  public UUID insert(NewDevice device) {
    UUID id = insertDevice(device);
    UUID tpm = insertTpm(id, device);
    device.eks().keys().stream()
        .sorted(Comparator.comparing((LevelledKey ek) -> ek.key().fingerprint()))
        .forEach(ek -> insertEk(tpm, ek));
    insertAk(tpm, device);
    return id;
  }

  private UUID insertDevice(NewDevice device) {
    return jdbc.sql(
            """
            INSERT INTO device (id, name, group_id, lifecycle)
            VALUES (coalesce(CAST(:id AS uuid), gen_random_uuid()), :name, :group, 'active')
            RETURNING id
            """)
        .param("id", device.id().orElse(null))
        .param("name", device.name())
        .param("group", device.groupId())
        .query(UUID.class)
        .single();
  }

  private UUID insertTpm(UUID id, NewDevice device) {
    LevelledKey sealingEk = device.eks().sealingEk();
    return jdbc.sql(
            """
            INSERT INTO tpm (id, device_id, genuine, endorsement_refusal, judged_by, ours, sealing_ek, intermediates)
            VALUES (gen_random_uuid(), :device, :genuine, :refusal, :judgedBy, :ours, :sealingEk, :intermediates)
            RETURNING id
            """)
        .param("device", id)
        .param("genuine", sealingEk.genuine().word())
        .param("refusal", sealingEk.genuine().isProven() ? null : ReasonCode.EK_NOT_ENDORSED.name())
        .param("judgedBy", device.eks().judgedBy().toArray())
        .param("ours", device.ours().word())
        .param(
            "intermediates",
            device.intermediates().stream().map(Bytes::toArray).toArray(byte[][]::new))
        .param("sealingEk", sealingEk.key().fingerprint().toArray())
        .query(UUID.class)
        .single();
  }

  private void insertEk(UUID tpm, LevelledKey ek) {
    Bytes certificate = ek.key().certificate();
    jdbc.sql(
            """
            INSERT INTO ek (fingerprint, tpm_id, template, area, name, genuine, certificate, endorsement)
            VALUES (:fingerprint, :tpm, :template, :area, :name, :genuine, CAST(:certificate AS bytea),
                    CAST(:endorsement AS jsonb))
            """)
        .param("fingerprint", ek.key().fingerprint().toArray())
        .param("tpm", tpm)
        .param("template", ek.key().template().label())
        .param("area", ek.key().area().encode().toArray())
        .param("name", ek.key().area().name().value().toArray())
        .param("genuine", ek.genuine().word())
        .param("certificate", certificate == null ? null : certificate.toArray())
        .param("endorsement", ek.endorsement().map(EkJudgement::toJson).orElse(null))
        .update();
  }

  private void insertAk(UUID tpm, NewDevice device) {
    jdbc.sql(
            """
            INSERT INTO ak (name, tpm_id, area, qualified_name)
            VALUES (:name, :tpm, :area, :qualifiedName)
            """)
        .param("name", device.ak().name().value().toArray())
        .param("tpm", tpm)
        .param("area", device.ak().area().toArray())
        .param("qualifiedName", device.ak().qualifiedName().value().toArray())
        .update();
  }

  @Override
  public Optional<Lifecycle> lockLifecycle(UUID deviceId) {
    return jdbc.sql("SELECT lifecycle FROM device WHERE id = :id FOR UPDATE")
        .param("id", deviceId)
        .query(String.class)
        .optional()
        .map(Lifecycle::ofWord);
  }

  @Override
  public void changeLifecycle(UUID deviceId, Lifecycle from, Lifecycle to) {
    jdbc.sql(
            """
            UPDATE device
               SET lifecycle = :to, version = version + 1,
                   ended_at = CASE WHEN :to = 'retired' THEN now() END
             WHERE id = :id
            """)
        .param("id", deviceId)
        .param("to", to.word())
        .update();
    // While a device is active, the feed calls it by its verdict.
    jdbc.sql(
            """
            INSERT INTO status_change (epoch, device_id, previous, present)
            SELECT installation.epoch, :id,
                   CASE WHEN :from = 'active' THEN coalesce(verdict, 'none') ELSE :from END,
                   CASE WHEN :to = 'active' THEN coalesce(verdict, 'none') ELSE :to END
              FROM installation LEFT JOIN device_status ON device_status.device_id = :id
            """)
        .param("id", deviceId)
        .param("from", from.word())
        .param("to", to.word())
        .update();
  }

  @Override
  public boolean hasSecrets(UUID deviceId) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM secret WHERE device_id = :id)")
        .param("id", deviceId)
        .query(Boolean.class)
        .single();
  }

  @Override
  public void moveToGroup(UUID deviceId, UUID groupId) {
    jdbc.sql("UPDATE device SET group_id = :group, version = version + 1 WHERE id = :id")
        .param("id", deviceId)
        .param("group", groupId)
        .update();
  }

  @Override
  public Optional<Integer> nextTpmEpoch(UUID deviceId) {
    return jdbc.sql(
            """
            UPDATE tpm SET epoch = epoch + 1 WHERE device_id = :device AND active RETURNING epoch
            """)
        .param("device", deviceId)
        .query(Integer.class)
        .optional();
  }

  @Override
  public boolean traceRefusal(UUID deviceId, EnrolmentRefusal why) {
    long seen =
        jdbc.sql(
                """
                INSERT INTO finding (id, device_id, code, opened_at, last_seen_at)
                VALUES (gen_random_uuid(), :device, :code, now(), now())
                ON CONFLICT (device_id, code) WHERE acknowledged_at IS NULL
                DO UPDATE SET last_seen_at = now(), count = finding.count + 1
                RETURNING count
                """)
            .param("device", deviceId)
            .param("code", why.name())
            .query(Long.class)
            .single();
    return seen == 1;
  }
}
