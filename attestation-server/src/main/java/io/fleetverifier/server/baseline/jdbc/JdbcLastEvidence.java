// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.baseline.LastEvidence;
import io.fleetverifier.server.baseline.StoredPcrs;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads evidence from the attestation rows. */
@Component
final class JdbcLastEvidence implements LastEvidence {

  private final JdbcClient jdbc;

  JdbcLastEvidence(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Optional<Captured> of(UUID device, boolean fromBoot) {
    return jdbc.sql(
            """
            select a.id, a.pcr_values,
              (select l.sha256 from event_log l
               where l.sha256 = any (a.logs) and l.type = 'tcg-boot' limit 1) as log
            from attestation a join device d on d.id = a.device_id
            where a.device_id = :device and d.lifecycle = 'active'
              and (not :fromBoot or a.purpose in ('unlock', 'provision'))
            order by a.received_at desc
            limit 1
            """)
        .param("device", device)
        .param("fromBoot", fromBoot)
        .query((row, number) ->
            new Captured(
                row.getObject("id", UUID.class),
                pcrs(row.getBytes("pcr_values")),
                digest(row.getBytes("log"))))
        .optional();
  }

  @Override
  public List<StoredPcrs> ofAll() {
    return jdbc.sql(
            """
            select a.pcr_values
            from device d
              join device_status s on s.device_id = d.id
              join attestation a on a.id = s.attestation_id
            where d.lifecycle = 'active'
            """)
        .query((row, number) -> pcrs(row.getBytes("pcr_values")))
        .list();
  }

  private static @Nullable Bytes digest(byte @Nullable [] octets) {
    return octets == null ? null : Bytes.copyOf(octets);
  }

  private static StoredPcrs pcrs(byte[] octets) {
    return new StoredPcrs(Bytes.copyOf(octets));
  }
}
