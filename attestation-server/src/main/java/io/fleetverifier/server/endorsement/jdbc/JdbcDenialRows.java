// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.ekcert.DenyList;
import io.fleetverifier.server.ekcert.DenyList.FirmwareRange;
import io.fleetverifier.server.ekcert.DenyList.SerialNumber;
import io.fleetverifier.server.endorsement.DenialRows;
import io.fleetverifier.server.endorsement.EkDenial;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Table {@code ek_denial}. */
@Component
final class JdbcDenialRows implements DenialRows {

  private static final String COLUMNS =
      """
      id, kind, encode(fingerprint, 'hex') AS fingerprint, issuer, serial, manufacturer,
      first_version, last_version, note, created_at, created_by
      """;

  private final JdbcClient jdbc;

  JdbcDenialRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Denied all() {
    List<EkDenial> denials =
        jdbc.sql("SELECT " + COLUMNS + " FROM ek_denial ORDER BY id")
            .query((row, number) -> denial(row))
            .list();
    String ids = denials.stream().map(one -> one.id().toString()).collect(Collectors.joining(","));
    return new Denied(list(denials), Bytes.utf8(ids).sha256());
  }

  private static DenyList list(List<EkDenial> denials) {
    Set<Bytes> keys = new HashSet<>();
    Set<SerialNumber> certificates = new HashSet<>();
    Set<Bytes> authorities = new HashSet<>();
    List<FirmwareRange> firmware = new ArrayList<>();
    for (EkDenial denial : denials) {
      switch (denial.kind()) {
        case EK -> keys.add(Bytes.fromHex(present(denial.fingerprint())));
        case AUTHORITY -> authorities.add(Bytes.fromHex(present(denial.fingerprint())));
        case CERTIFICATE ->
            certificates.add(
                new SerialNumber(
                    present(denial.issuer()), new BigInteger(present(denial.serial()), 16)));
        case FIRMWARE ->
            firmware.add(
                new FirmwareRange(
                    present(denial.manufacturer()),
                    Long.parseUnsignedLong(present(denial.firstVersion()), 16),
                    Long.parseUnsignedLong(present(denial.lastVersion()), 16)));
      }
    }
    return new DenyList(keys, certificates, authorities, firmware);
  }

  /** The table's own checks keep it there. */
  private static String present(@Nullable String column) {
    return Objects.requireNonNull(column);
  }

  @Override
  public List<EkDenial> after(Instant createdAt, UUID id, int most) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                  FROM ek_denial
                 WHERE (created_at, id) > (:createdAt, :id)
                 ORDER BY created_at, id
                 LIMIT :most
                """)
        .param("createdAt", createdAt.atOffset(ZoneOffset.UTC))
        .param("id", id)
        .param("most", most)
        .query((row, number) -> denial(row))
        .list();
  }

  private static EkDenial denial(ResultSet row) throws SQLException {
    return new EkDenial(
        Rows.id(row, "id"),
        EkDenial.Kind.ofWord(row.getString("kind")),
        row.getString("fingerprint"),
        row.getString("issuer"),
        row.getString("serial"),
        row.getString("manufacturer"),
        row.getString("first_version"),
        row.getString("last_version"),
        row.getString("note"),
        Rows.time(row, "created_at"),
        row.getString("created_by"));
  }

  @Override
  public boolean insert(EkDenial denial) {
    return jdbc.sql(
                """
                INSERT INTO ek_denial (id, kind, fingerprint, issuer, serial, manufacturer, first_version,
                                       last_version, note, created_at, created_by)
                VALUES (:id, :kind, decode(:fingerprint, 'hex'), :issuer, :serial, :manufacturer, :first,
                        :last, :note, :createdAt, :createdBy)
                ON CONFLICT DO NOTHING
                """)
            .param("id", denial.id())
            .param("kind", denial.kind().word())
            .param("fingerprint", denial.fingerprint())
            .param("issuer", denial.issuer())
            .param("serial", denial.serial())
            .param("manufacturer", denial.manufacturer())
            .param("first", denial.firstVersion())
            .param("last", denial.lastVersion())
            .param("note", denial.note())
            .param("createdAt", denial.createdAt().atOffset(ZoneOffset.UTC))
            .param("createdBy", denial.createdBy())
            .update()
        == 1;
  }

  @Override
  public Optional<EkDenial> delete(UUID id) {
    return jdbc.sql(
            """
            DELETE FROM ek_denial WHERE id = :id
            RETURNING
            """
                + COLUMNS)
        .param("id", id)
        .query((row, number) -> denial(row))
        .optional();
  }

  @Override
  public long count() {
    return jdbc.sql("SELECT count(*) FROM ek_denial").query(Long.class).single();
  }
}
