// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jdbc;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.device.Candidate;
import io.fleetverifier.server.device.DeviceDetail;
import io.fleetverifier.server.device.DeviceDetail.Tpm;
import io.fleetverifier.server.device.DeviceDirectory;
import io.fleetverifier.server.device.DeviceSummary;
import io.fleetverifier.server.device.WaitingDevice;
import io.fleetverifier.server.device.WaitingEks;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads of the view {@code device_trust} and of the tables of devices. */
@Component
final class JdbcDeviceDirectory implements DeviceDirectory {

  private static final String TPMS =
      """
      (SELECT jsonb_agg(jsonb_build_object(
           'id', t.id, 'active', t.active, 'epoch', t.epoch, 'genuine', t.genuine,
           'endorsementRefusal', refusal_that_counts(t.endorsement_refusal,
                (SELECT g.accept_unproven FROM device_group g JOIN device own ON own.group_id = g.id
                  WHERE own.id = t.device_id)),
           'ours', t.ours,
           'sealingEk', encode(t.sealing_ek, 'hex'), 'createdAt', t.created_at,
           'eks', (SELECT jsonb_agg(jsonb_build_object(
                'fingerprint', encode(e.fingerprint, 'hex'), 'template', e.template,
                'genuine', e.genuine, 'hasCertificate', e.certificate IS NOT NULL,
                'endorsement', e.endorsement) ORDER BY e.template)
              FROM ek e WHERE e.tpm_id = t.id),
           'aks', (SELECT jsonb_agg(jsonb_build_object(
                'name', encode(a.name, 'hex'), 'active', a.active) ORDER BY a.created_at)
              FROM ak a WHERE a.tpm_id = t.id),
           'state', (SELECT jsonb_build_object(
                'resetCount', s.reset_count, 'restartCount', s.restart_count,
                'firmwareVersion', lpad(to_hex(s.firmware_version), 16, '0'),
                'safe', s.safe, 'cleared', s.cleared, 'receivedAt', s.received_at)
              FROM (SELECT reset_count, restart_count, safe, cleared, received_at,
                           CASE WHEN firmware_version >= 9223372036854775808
                                THEN firmware_version - 18446744073709551616
                                ELSE firmware_version END::bigint AS firmware_version
                    FROM tpm_state WHERE tpm_id = t.id AND epoch = t.epoch) s))
         ORDER BY t.created_at DESC)
       FROM tpm t WHERE t.device_id = d.device_id) AS tpms
      """;

  private final JdbcClient jdbc;
  private final WaitingEks eks;

  JdbcDeviceDirectory(JdbcClient jdbc, WaitingEks eks) {
    this.jdbc = jdbc;
    this.eks = eks;
  }

  @Override
  public Page<DeviceSummary> list(Filter filter, PageQuery query) {
    Cursor after = query.after(Cursor.of("", new UUID(0, 0)));
    List<DeviceSummary> rows =
        jdbc.sql(
                """
                SELECT device_id, name, group_name, lifecycle, state, since, enrolled_at,
                       last_evidence_at, open_findings
                  FROM device_trust
                 WHERE (name, device_id) > (:name, :id)
                   AND (CAST(:group AS text) IS NULL OR group_name = :group)
                   AND (CAST(:state AS text) IS NULL OR state = :state)
                   AND (CAST(:prefix AS text) IS NULL OR starts_with(name, :prefix))
                 ORDER BY name, device_id
                 LIMIT :rows
                """)
            .param("name", after.word(0))
            .param("id", after.id(1))
            .param("group", filter.group())
            .param("state", filter.state())
            .param("prefix", filter.namePrefix())
            .param("rows", query.rows())
            .query((row, number) -> summary(row))
            .list();
    return Page.of(rows, query.most(), Function.identity(), row -> Cursor.of(row.name(), row.id()));
  }

  private static DeviceSummary summary(ResultSet row) throws SQLException {
    return new DeviceSummary(
        Rows.id(row, "device_id"),
        row.getString("name"),
        row.getString("group_name"),
        row.getString("lifecycle"),
        row.getString("state"),
        Rows.time(row, "since"),
        Rows.time(row, "enrolled_at"),
        Rows.timeOrNull(row, "last_evidence_at"),
        row.getLong("open_findings"));
  }

  @Override
  public DeviceDetail get(UUID device) {
    return jdbc.sql("SELECT d.*, " + TPMS + " FROM device_trust d WHERE device_id = :id")
        .param("id", device)
        .query((row, number) -> detail(row))
        .optional()
        .orElseThrow(JdbcDeviceDirectory::unknown);
  }

  private static DeviceDetail detail(ResultSet row) throws SQLException {
    return new DeviceDetail(
        Rows.id(row, "device_id"),
        row.getString("name"),
        row.getString("group_name"),
        row.getString("lifecycle"),
        row.getString("state"),
        Rows.time(row, "since"),
        row.getString("verdict"),
        Rows.texts(row, "reasons"),
        Rows.texts(row, "warnings"),
        row.getString("freshness"),
        Rows.timeOrNull(row, "last_evidence_at"),
        row.getObject("attestation_id", UUID.class),
        Rows.time(row, "enrolled_at"),
        Rows.timeOrNull(row, "ended_at"),
        row.getLong("open_findings"),
        tpms(row.getString("tpms")));
  }

  private static List<Tpm> tpms(@Nullable String json) {
    return json == null ? List.of() : List.of(WireJson.strict().readValue(json, Tpm[].class));
  }

  @Override
  public void require(UUID device) {
    boolean known =
        jdbc.sql("SELECT EXISTS (SELECT FROM device WHERE id = :id)")
            .param("id", device)
            .query(Boolean.class)
            .single();
    if (!known) {
      throw unknown();
    }
  }

  private static ProblemException unknown() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such device.");
  }

  @Override
  public Page<WaitingDevice> waiting(PageQuery query) {
    Cursor after = query.after(Cursor.of(Instant.EPOCH, new UUID(0, 0)));
    List<WaitingRow> rows =
        jdbc.sql(
                """
                SELECT id, name, ek_code, encode(ak_name, 'hex') AS ak_name, host(address) AS address,
                       request, created_at, expires_at
                  FROM waiting_enrolment
                 WHERE (created_at, id) > (:createdAt, :id) AND expires_at > now()
                 ORDER BY created_at, id
                 LIMIT :rows
                """)
            .param("createdAt", after.time(0).atOffset(ZoneOffset.UTC))
            .param("id", after.id(1))
            .param("rows", query.rows())
            .query((row, number) -> waiting(row))
            .list();
    List<List<WaitingDevice.Ek>> keys = eks.of(rows.stream().map(WaitingRow::candidate).toList());
    List<WaitingDevice> waiting =
        IntStream.range(0, rows.size())
            .mapToObj(i -> rows.get(i).device().with(keys.get(i)))
            .toList();
    return Page.of(
        waiting, query.most(), Function.identity(), row -> Cursor.of(row.createdAt(), row.id()));
  }

  /** One that waits, as yet without its keys. */
  private record WaitingRow(WaitingDevice device, Candidate candidate) {}

  private static WaitingRow waiting(ResultSet row) throws SQLException {
    WaitingDevice device =
        new WaitingDevice(
            Rows.id(row, "id"),
            row.getString("name"),
            row.getString("ek_code"),
            row.getString("ak_name"),
            row.getString("address"),
            List.of(),
            Rows.time(row, "created_at"),
            Rows.time(row, "expires_at"));
    return new WaitingRow(device, Candidate.fromJson(row.getBytes("request")));
  }
}
