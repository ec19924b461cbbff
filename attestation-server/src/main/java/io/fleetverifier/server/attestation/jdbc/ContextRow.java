// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.DeviceFacts.TpmState;
import io.fleetverifier.server.appraisal.EnrolledKey;
import io.fleetverifier.server.appraisal.Network;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.ReleasePolicy;
import io.fleetverifier.server.attestation.AttestationContext;
import io.fleetverifier.server.attestation.jdbc.ContextJson.BindingPart;
import io.fleetverifier.server.attestation.jdbc.ContextJson.SecretPart;
import io.fleetverifier.tpm.TpmtPublic;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From a row of {@link ContextQuery} to an {@link AttestationContext}, which still lacks what its
 * baseline versions demand.
 */
record ContextRow(AttestationContext context, List<BindingPart> bindings) {

  /** The whole context. */
  AttestationContext with(VersionContents contents) {
    return context.with(ContextJson.bindings(bindings, contents));
  }

  static ContextRow map(ResultSet row, int index) throws SQLException {
    return new ContextRow(context(row), ContextJson.bindings(row.getString("bindings")));
  }

  private static AttestationContext context(ResultSet row) throws SQLException {
    List<SecretPart> secrets = ContextJson.secrets(row.getString("secrets"));
    return new AttestationContext(
        row.getObject("device_id", UUID.class),
        "active".equals(row.getString("lifecycle")),
        row.getObject("tpm_id", UUID.class),
        row.getInt("tpm_epoch"),
        bytes(row, "ek_area"),
        bytes(row, "ek_name"),
        new EnrolledKey(TpmtPublic.decode(bytes(row, "ak_area")), bytes(row, "qualified_name")),
        state(row),
        ReasonCode.ofColumn(row.getString("endorsement_refusal")),
        releasePolicy(row),
        List.of(),
        secrets.stream().flatMap(secret -> secret.stored().stream()).toList(),
        secrets.stream().collect(Collectors.toMap(SecretPart::id, SecretPart::history)),
        Duration.ofSeconds(row.getInt("attest_every_seconds")),
        row.getLong("revision"),
        row.getInt("epoch"));
  }

  private static @Nullable TpmState state(ResultSet row) throws SQLException {
    OffsetDateTime receivedAt = row.getObject("received_at", OffsetDateTime.class);
    if (receivedAt == null) {
      return null;
    }
    byte[] srkName = row.getBytes("srk_name");
    return new TpmState(
        row.getLong("reset_count"),
        row.getLong("restart_count"),
        unsigned(row, "clock"),
        row.getBoolean("safe"),
        unsigned(row, "firmware_version"),
        srkName == null ? null : Bytes.copyOf(srkName),
        row.getBoolean("cleared"),
        receivedAt.toInstant());
  }

  private static ReleasePolicy releasePolicy(ResultSet row) throws SQLException {
    String networks = row.getString("source_networks");
    long silence = row.getLong("max_silence_seconds");
    return new ReleasePolicy(
        row.getBoolean("releases_on"),
        networks == null
            ? List.of()
            : Arrays.stream(networks.split(",", -1)).map(ContextRow::network).toList(),
        silence == 0 ? null : Duration.ofSeconds(silence),
        row.getInt("max_releases_per_boot"));
  }

  private static Network network(String cidr) {
    int slash = cidr.indexOf('/');
    return new Network(
        Bytes.copyOf(InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress()),
        Integer.parseInt(cidr, slash + 1, cidr.length(), 10));
  }

  private static Bytes bytes(ResultSet row, String column) throws SQLException {
    return Bytes.copyOf(row.getBytes(column));
  }

  /** 64 bits that the database keeps as a whole number of up to 20 digits. */
  private static long unsigned(ResultSet row, String column) throws SQLException {
    BigDecimal number = row.getBigDecimal(column);
    return number.toBigIntegerExact().longValue();
  }
}
