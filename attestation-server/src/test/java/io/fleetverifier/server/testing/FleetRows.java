// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.secret.StoredSecret;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Puts devices, evidence and secrets into the database as enrolment and attestation would. */
public final class FleetRows {

  private final JdbcClient jdbc;

  public FleetRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A new group with the default settings; returns its name. */
  public String group() {
    String name = "g-" + UUID.randomUUID();
    jdbc.sql("insert into device_group (id, name) values (gen_random_uuid(), :name)")
        .param("name", name)
        .update();
    return name;
  }

  /** An active device with a TPM, one EK and an AK that nothing else has. */
  public UUID device(String group) {
    UUID device = UUID.randomUUID();
    UUID tpm = UUID.randomUUID();
    Bytes ek = hash("ek " + device);
    jdbc.sql(
            """
            with d as (
              insert into device (id, name, group_id, lifecycle)
              select :device, :name, g.id, 'active' from device_group g where g.name = :group
              returning id),
            t as (
              insert into tpm (id, device_id, genuine, ours, sealing_ek)
              select :tpm, d.id, 'endorsed', 'join-token', :ek from d returning id),
            e as (
              insert into ek (fingerprint, tpm_id, template, area, name, genuine)
              select :ek, t.id, 'L-2', :ek, '\\x000b'::bytea || :ek, 'endorsed' from t)
            insert into ak (name, tpm_id, area, qualified_name)
            select '\\x000b'::bytea || :ak, t.id, :ak, '\\x000b'::bytea || :qualified from t
            """)
        .param("device", device)
        .param("name", "d-" + device)
        .param("group", group)
        .param("tpm", tpm)
        .param("ek", ek.toArray())
        .param("ak", hash("ak " + device).toArray())
        .param("qualified", hash("qualified " + device).toArray())
        .update();
    return device;
  }

  /**
   * Authentic evidence of the device, which becomes its present status.
   *
   * @param reasons none for a trusted device
   * @param pcrs values that are not zero
   */
  public UUID evidence(
      UUID device, String purpose, List<String> reasons, Map<Integer, Bytes> pcrs, Instant at) {
    return evidence(device, purpose, reasons, pcrs, at, List.of());
  }

  /** The same, with a boot event log that came with it. */
  public UUID evidence(UUID device, String purpose, Map<Integer, Bytes> pcrs, Bytes log) {
    jdbc.sql(
            """
            insert into event_log (sha256, type, data) values (:sha256, 'tcg-boot', :data)
            on conflict do nothing
            """)
        .param("sha256", log.sha256().toArray())
        .param("data", log.toArray())
        .update();
    return evidence(device, purpose, List.of(), pcrs, Instant.now(), List.of(log.sha256()));
  }

  private UUID evidence(
      UUID device,
      String purpose,
      List<String> reasons,
      Map<Integer, Bytes> pcrs,
      Instant at,
      List<Bytes> logs) {
    UUID id = UUID.randomUUID();
    String verdict = reasons.isEmpty() ? "trusted" : "untrusted";
    jdbc.sql(
            """
            insert into attestation (id, received_at, device_id, tpm_id, purpose, verdict, reasons,
                warnings, matched_versions, policy_revision, epoch, address, nonce, token_digest,
                claims, quote, signature, pcr_values, logs)
            select :id, :at, :device, t.id, cast(:purpose as purpose), :verdict, :reasons, '{}', '{}',
                p.revision, 1, '127.0.0.1', :nonce, :nonce, '\\x7b7d', '\\x00', '\\x00', :pcrs, :logs
            from tpm t cross join policy_revision p where t.device_id = :device and t.active
            """)
        .param("id", id)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("device", device)
        .param("purpose", purpose)
        .param("verdict", verdict)
        .param("reasons", reasons.toArray(String[]::new))
        .param("nonce", hash("nonce " + id).toArray())
        .param("pcrs", stored(pcrs).toArray())
        .param("logs", logs.stream().map(Bytes::toArray).toArray(byte[][]::new))
        .update();
    jdbc.sql(
            """
            insert into device_status (device_id, verdict, reasons, since, last_evidence_at,
                attestation_id, policy_revision, epoch)
            select :device, :verdict, :reasons, :at, :at, :id, p.revision, 1 from policy_revision p
            on conflict (device_id) do update set verdict = excluded.verdict,
                reasons = excluded.reasons, since = excluded.since,
                last_evidence_at = excluded.last_evidence_at,
                attestation_id = excluded.attestation_id,
                policy_revision = excluded.policy_revision
            """)
        .param("device", device)
        .param("verdict", verdict)
        .param("reasons", reasons.toArray(String[]::new))
        .param("at", at.atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
    return id;
  }

  /** A secret of the device, as it is stored; its first version. */
  public void secret(UUID device, StoredSecret secret) {
    boolean active = secret.pin() != null;
    jdbc.sql("insert into secret (id, device_id, volume) values (:id, :device, :volume)")
        .param("id", secret.id())
        .param("device", device)
        .param("volume", secret.volume())
        .update();
    jdbc.sql(
            """
            insert into secret_version (secret_id, version, state, ciphertext, data_key, kek_id,
                sealing_ek_name, volume_pin)
            values (:id, :version, :state, :ciphertext, :dataKey, :kek, :ek, :pin)
            """)
        .param("id", secret.id())
        .param("version", secret.version())
        .param("state", active ? "active" : "pending")
        .param("ciphertext", secret.sealed().ciphertext().toArray())
        .param("dataKey", secret.sealed().wrappedDataKey().toArray())
        .param("kek", secret.sealed().kekId())
        .param("ek", secret.sealingEkName().toArray())
        .param("pin", secret.pin() == null ? null : secret.pin().toArray(), Types.BINARY)
        .update();
  }

  /** An open finding of the device. */
  public UUID finding(UUID device, String code) {
    UUID id = UUID.randomUUID();
    jdbc.sql(
            """
            insert into finding (id, device_id, code, opened_at, last_seen_at)
            values (:id, :device, :code, now(), now())
            """)
        .param("id", id)
        .param("device", device)
        .param("code", code)
        .update();
    return id;
  }

  /** PCR values as an attestation row holds them. */
  public static Bytes stored(Map<Integer, Bytes> pcrs) {
    return Bytes.concat(
        Protocol.QUOTED_PCRS.stream()
            .map(pcr -> pcrs.getOrDefault(pcr, Bytes.zeros(32)))
            .toArray(Bytes[]::new));
  }

  /** 32 octets that depend on the text alone. */
  public static Bytes hash(String text) {
    return Bytes.utf8(text).sha256();
  }
}
