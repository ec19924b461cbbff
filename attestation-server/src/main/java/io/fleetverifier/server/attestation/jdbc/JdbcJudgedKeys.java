// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.attestation.JudgedKeys;
import io.fleetverifier.server.endorsement.EkJudgement;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Table {@code ek}, as explanations see it. */
@Component
final class JdbcJudgedKeys implements JudgedKeys {

  private final JdbcClient jdbc;

  JdbcJudgedKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<JudgedKey> of(UUID device) {
    return jdbc.sql(
            """
            SELECT e.template, e.fingerprint, e.fingerprint = t.sealing_ek AS sealing, e.endorsement
              FROM tpm t JOIN ek e ON e.tpm_id = t.id
             WHERE t.device_id = :device AND t.active
             ORDER BY e.template
            """)
        .param("device", device)
        .query((row, number) ->
            new JudgedKey(
                row.getString("template"),
                Bytes.copyOf(row.getBytes("fingerprint")),
                row.getBoolean("sealing"),
                EkJudgement.fromJson(row.getString("endorsement"))))
        .list();
  }
}
