// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.attestation.AttestationContext;
import io.fleetverifier.server.attestation.AttestationRecord;
import io.fleetverifier.server.secret.StoredSecret;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statements that make up the one write of an attestation. All run in its transaction. */
final class RecordStatements {
  private final JdbcClient jdbc;
  private final StoredLogs stored;

  RecordStatements(JdbcClient jdbc, StoredLogs stored) {
    this.jdbc = jdbc;
    this.stored = stored;
  }

  /** Each log once per content, whoever sends it. */
  void logs(AttestationRecord record) {
    for (Log log : record.request().logs()) {
      Bytes sha256 = record.claims().digestOf(log.type());
      if (stored.contain(record.context().epoch(), sha256)) {
        continue;
      }
      jdbc.sql(
              "INSERT INTO event_log (sha256, type, data) VALUES (:sha256, :type, :data) ON CONFLICT DO NOTHING")
          .param("sha256", sha256.toArray())
          .param("type", log.type().toString())
          .param("data", log.data().toArray())
          .update();
    }
  }

  void attestation(UUID id, AttestationRecord record) {
    AttestationContext context = record.context();
    Appraisal appraisal = record.appraisal();
    jdbc.sql(
            """
            INSERT INTO attestation (id, received_at, device_id, tpm_id, purpose, verdict, reasons, refusals, warnings,
                matched_versions, policy_revision, epoch, address, nonce, token_digest, claims, quote, signature, pcr_values, logs, boot, explanation)
            VALUES (:id, :at, :device, :tpm, :purpose, :verdict, :reasons, :refusals, :warnings,
                :matched, :revision, :epoch, :address::inet, :nonce, :token, :claims, :quote, :signature, :pcrs, :logs, CAST(:boot AS jsonb),
                CAST(:explanation AS jsonb))
            """)
        .param("id", id)
        .param("at", at(record.receivedAt()))
        .param("device", context.device())
        .param("tpm", context.tpm())
        .param("purpose", record.challenge().purpose().toString())
        .param("verdict", verdict(appraisal))
        .param("reasons", codes(appraisal.reasons()))
        .param("refusals", codes(appraisal.refusals()))
        .param("warnings", codes(appraisal.warnings()))
        .param("matched", appraisal.matched().toArray(UUID[]::new))
        .param("revision", context.policyRevision())
        .param("epoch", context.epoch())
        .param("address", record.source().getHostAddress())
        .param("nonce", record.challenge().nonce().toArray())
        .param("token", record.request().token().sha256().toArray())
        .param("claims", record.request().claims().toArray())
        .param("quote", record.request().quote().toArray())
        .param("signature", record.request().signature().toArray())
        .param("pcrs", quotedValues(record).toArray())
        .param(
            "logs",
            record.claims().logs().stream()
                .map(log -> log.sha256().toArray())
                .toArray(byte[][]::new))
        .param("boot", BootJson.of(record.boot()))
        .param("explanation", ExplanationJson.of(record.explanation()), java.sql.Types.VARCHAR)
        .update();
  }

  /** What the TPM says of itself from now on, or that it was cleared, or nothing. */
  void tpmState(AttestationRecord record) {
    switch (record.appraisal().effect()) {
      case UPDATE -> replaceState(record);
      case MARK_CLEARED ->
          jdbc.sql("UPDATE tpm_state SET cleared = true WHERE tpm_id = :tpm")
              .param("tpm", record.context().tpm())
              .update();
      case KEEP, IGNORE -> {}
    }
  }

  private void replaceState(AttestationRecord record) {
    TpmsClockInfo clock = record.quote().clock();
    Bytes srkName = record.claims().srkName();
    jdbc.sql(
            """
            INSERT INTO tpm_state (tpm_id, epoch, reset_count, restart_count, clock, safe, firmware_version, srk_name, received_at)
            VALUES (:tpm, :epoch, :reset, :restart, :clock, :safe, :firmware, :srk, :at)
            ON CONFLICT (tpm_id) DO UPDATE SET epoch = excluded.epoch, reset_count = excluded.reset_count,
                restart_count = excluded.restart_count, clock = excluded.clock, safe = excluded.safe,
                firmware_version = excluded.firmware_version, srk_name = excluded.srk_name, cleared = false,
                received_at = excluded.received_at
            """)
        .param("tpm", record.context().tpm())
        .param("epoch", record.context().tpmEpoch())
        .param("reset", clock.resetCount())
        .param("restart", clock.restartCount())
        .param("clock", new BigDecimal(Long.toUnsignedString(clock.clock())))
        .param("safe", clock.safe())
        .param("firmware", new BigDecimal(Long.toUnsignedString(record.quote().firmwareVersion())))
        .param("srk", srkName == null ? null : srkName.toArray(), java.sql.Types.BINARY)
        .param("at", at(record.receivedAt()))
        .update();
  }

  /**
   * Present trust, and a line in the feed when the verdict changed. The row is locked before it is
   * written, so that what a re-evaluation has just made of it is the verdict it changed from.
   */
  void deviceStatus(UUID attestation, AttestationRecord record) {
    if (record.appraisal().effect() == Appraisal.Effect.IGNORE) {
      return;
    }
    jdbc.sql(
            """
            WITH before AS (SELECT verdict FROM device_status WHERE device_id = :device FOR UPDATE),
            written AS (
              INSERT INTO device_status (device_id, verdict, reasons, warnings, since, last_evidence_at, attestation_id, policy_revision, epoch)
              SELECT :device, :verdict, :reasons, :warnings, :at, :at, :attestation, :revision, :epoch
              FROM (SELECT count(*) FROM before) locked
              ON CONFLICT (device_id) DO UPDATE SET verdict = excluded.verdict, reasons = excluded.reasons, warnings = excluded.warnings,
                  since = CASE WHEN device_status.verdict = excluded.verdict THEN device_status.since ELSE excluded.since END,
                  last_evidence_at = excluded.last_evidence_at, attestation_id = excluded.attestation_id,
                  policy_revision = excluded.policy_revision, epoch = excluded.epoch
            )
            INSERT INTO status_change (epoch, at, device_id, previous, present, reasons)
            SELECT :epoch, :at, :device, coalesce((SELECT verdict FROM before), 'none'), :verdict, :reasons
            WHERE coalesce((SELECT verdict FROM before), 'none') <> :verdict
            """)
        .param("device", record.context().device())
        .param("verdict", verdict(record.appraisal()))
        .param("reasons", codes(record.appraisal().reasons()))
        .param("warnings", codes(record.appraisal().warnings()))
        .param("at", at(record.receivedAt()))
        .param("attestation", attestation)
        .param("revision", record.context().policyRevision())
        .param("epoch", record.context().epoch())
        .update();
  }

  /** A failure stays open after the verdict recovers, until somebody acknowledges it. */
  void findings(AttestationRecord record) {
    for (String code : codes(record.appraisal().reasons())) {
      jdbc.sql(
              """
              INSERT INTO finding (id, device_id, code, opened_at, last_seen_at)
              VALUES (:id, :device, :code, :at, :at)
              ON CONFLICT (device_id, code) WHERE acknowledged_at IS NULL
              DO UPDATE SET last_seen_at = excluded.last_seen_at, count = finding.count + 1
              """)
          .param("id", UUID.randomUUID())
          .param("device", record.context().device())
          .param("code", code)
          .param("at", at(record.receivedAt()))
          .update();
    }
  }

  void freshSecrets(AttestationRecord record) {
    for (StoredSecret secret : record.fresh()) {
      jdbc.sql(
              "INSERT INTO secret (id, device_id, volume) VALUES (:id, :device, :volume) ON CONFLICT (id) DO NOTHING")
          .param("id", secret.id())
          .param("device", record.context().device())
          .param("volume", secret.volume())
          .update();
      jdbc.sql(
              """
              INSERT INTO secret_version (secret_id, version, state, ciphertext, data_key, kek_id, sealing_ek_name)
              VALUES (:id, :version, 'pending', :ciphertext, :dataKey, :kek, :ek)
              """)
          .param("id", secret.id())
          .param("version", secret.version())
          .param("ciphertext", secret.sealed().ciphertext().toArray())
          .param("dataKey", secret.sealed().wrappedDataKey().toArray())
          .param("kek", secret.sealed().kekId())
          .param("ek", secret.sealingEkName().toArray())
          .update();
    }
  }

  /**
   * Trusted evidence for provisioning that wants nothing says which volume was made with a pending
   * secret.
   */
  void activations(AttestationRecord record) {
    Claims claims = record.claims();
    if (claims.purpose() != Purpose.PROVISION
        || !claims.wanted().isEmpty()
        || !record.appraisal().allowsRelease()) {
      return;
    }
    for (Claims.VolumePin volume : claims.volumes()) {
      jdbc.sql(
              """
              UPDATE secret_version SET state = 'active', volume_pin = :pin, activated_at = :at
              WHERE state = 'pending' AND secret_id = (SELECT id FROM secret WHERE device_id = :device AND volume = :volume)
              """)
          .param("pin", volume.pin().toArray())
          .param("at", at(record.receivedAt()))
          .param("device", record.context().device())
          .param("volume", volume.name())
          .update();
    }
  }

  /**
   * Records what is let go; false when one of them was let go as often as this boot allows. The
   * count is exact because the TPM's row is locked.
   */
  boolean releases(UUID attestation, AttestationRecord record) {
    return record.releases().stream().allMatch(secret -> release(attestation, record, secret));
  }

  private boolean release(UUID attestation, AttestationRecord record, StoredSecret secret) {
    return jdbc.sql(
                """
                INSERT INTO secret_release (id, secret_id, version, device_id, tpm_id, tpm_epoch, reset_count, attestation_id, released_at)
                SELECT :id, :secret, :version, :device, :tpm, :epoch, :reset, :attestation, :at
                WHERE (SELECT count(*) FROM secret_release WHERE secret_id = :secret AND tpm_id = :tpm
                       AND tpm_epoch = :epoch AND reset_count = :reset) < :most
                """)
            .param("id", UUID.randomUUID())
            .param("secret", secret.id())
            .param("version", secret.version())
            .param("device", record.context().device())
            .param("tpm", record.context().tpm())
            .param("epoch", record.context().tpmEpoch())
            .param("reset", record.quote().clock().resetCount())
            .param("attestation", attestation)
            .param("at", at(record.receivedAt()))
            .param("most", record.context().releasePolicy().maxReleasesPerBoot())
            .update()
        == 1;
  }

  private static Bytes quotedValues(AttestationRecord record) {
    return Bytes.concat(
        Protocol.QUOTED_PCRS.stream()
            .map(pcr -> record.quote().pcrs().get(pcr).orElseThrow())
            .toArray(Bytes[]::new));
  }

  private static String verdict(Appraisal appraisal) {
    return appraisal.isTrusted() ? "trusted" : "untrusted";
  }

  private static String[] codes(List<Reason> reasons) {
    return reasons.stream().map(reason -> reason.code().name()).distinct().toArray(String[]::new);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
