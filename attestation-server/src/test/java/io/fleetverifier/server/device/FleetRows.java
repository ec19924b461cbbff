// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that operators would have made, and a look at those that enrolment makes. */
public record FleetRows(JdbcClient jdbc) {

  private static final List<String> ENROLMENT_TABLES =
      List.of(
          "device",
          "tpm",
          "ek",
          "ak",
          "waiting_enrolment",
          "redemption",
          "finding",
          "audit_event",
          "status_change");

  /** A group that accepts registered endorsement keys only. */
  public UUID strictGroup() {
    return group(false, false, false);
  }

  public UUID group(boolean unproven, boolean joinToken, boolean approval, String... optionalEks) {
    return jdbc.sql(
            """
            INSERT INTO device_group (id, name, accept_unproven, accept_join_token, accept_approval,
                                      optional_ek_templates)
            VALUES (gen_random_uuid(), 'g-' || gen_random_uuid(), :unproven, :joinToken, :approval,
                    CAST(:optional AS text[]))
            RETURNING id
            """)
        .param("unproven", unproven)
        .param("joinToken", joinToken)
        .param("approval", approval)
        .param("optional", "{" + String.join(",", optionalEks) + "}")
        .query(UUID.class)
        .single();
  }

  public void register(Bytes fingerprint, UUID group) {
    jdbc.sql(
            """
            INSERT INTO ek_registration (fingerprint, group_id, created_by)
            VALUES (:fingerprint, :group, 'test')
            """)
        .param("fingerprint", fingerprint.toArray())
        .param("group", group)
        .update();
  }

  /** The text of a join token of the group. */
  String joinToken(UUID group, int uses) {
    String text = "fvj_" + UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO join_token (id, hash, group_id, uses, expires_at, created_by)
            VALUES (gen_random_uuid(), :hash, :group, :uses, now() + interval '1 day', 'test')
            """)
        .param("hash", Bytes.utf8(text).sha256().toArray())
        .param("group", group)
        .param("uses", uses)
        .update();
    return text;
  }

  void changeJoinToken(String text, String change) {
    jdbc.sql("UPDATE join_token SET " + change + " WHERE hash = :hash")
        .param("hash", Bytes.utf8(text).sha256().toArray())
        .update();
  }

  int used(String joinToken) {
    return jdbc.sql("SELECT used FROM join_token WHERE hash = :hash")
        .param("hash", Bytes.utf8(joinToken).sha256().toArray())
        .query(Integer.class)
        .single();
  }

  /** How many rows there are of each thing that enrolment can write. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    for (String table : ENROLMENT_TABLES) {
      counts.put(table, jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single());
    }
    return counts;
  }

  /** The device with this attestation key, with its rows joined; empty when there is none. */
  public Map<String, Object> device(Bytes akName) {
    return jdbc.sql(
            """
            SELECT device.id, device.name, device.group_id, device.lifecycle, tpm.genuine, tpm.ours,
                   tpm.epoch, sealing.template AS sealing_ek, ak.qualified_name,
                   (SELECT count(*) FROM ek WHERE ek.tpm_id = tpm.id) AS eks
              FROM ak
              JOIN tpm ON tpm.id = ak.tpm_id
              JOIN device ON device.id = tpm.device_id
              JOIN ek AS sealing ON sealing.fingerprint = tpm.sealing_ek
             WHERE ak.name = :name
            """)
        .param("name", akName.toArray())
        .query((row, number) -> columns(row))
        .optional()
        .orElse(Map.of());
  }

  private static Map<String, Object> columns(ResultSet row) throws SQLException {
    Map<String, Object> columns = new TreeMap<>();
    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
      columns.put(row.getMetaData().getColumnLabel(column), row.getObject(column));
    }
    columns.computeIfPresent("qualified_name", (label, name) -> Bytes.copyOf((byte[]) name));
    return columns;
  }

  /** Open findings of a device: code and how often. */
  Map<String, Long> findings(UUID device) {
    Map<String, Long> findings = new TreeMap<>();
    jdbc.sql(
            """
            SELECT code, count FROM finding WHERE device_id = :device AND acknowledged_at IS NULL
            """)
        .param("device", device)
        .query(row -> {
          findings.put(row.getString("code"), row.getLong("count"));
        });
    return findings;
  }

  List<String> acts(UUID device) {
    return jdbc.sql("SELECT act FROM audit_event WHERE subject = :subject ORDER BY id")
        .param("subject", "device/" + device)
        .query((row, number) -> row.getString("act"))
        .list();
  }

  /** A private address that hardly any other test sends from. */
  static InetAddress anyAddress() {
    byte[] octets = new byte[4];
    ThreadLocalRandom.current().nextBytes(octets);
    octets[0] = 10;
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
