// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret.jdbc;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.api.Rows;
import io.fleetverifier.server.secret.SecretDescription;
import io.fleetverifier.server.secret.SecretDescription.Version;
import io.fleetverifier.server.secret.SecretInventory;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tables {@code secret} and {@code secret_version}; no statement here reads a ciphertext. */
@Component
final class JdbcSecretInventory implements SecretInventory {

  private final JdbcClient jdbc;

  JdbcSecretInventory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<SecretDescription> of(UUID device) {
    return jdbc.sql(
            """
            SELECT s.id, s.volume, s.created_at,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'version', v.version, 'state', v.state, 'pin', encode(v.volume_pin, 'hex'),
                        'createdAt', v.created_at, 'activatedAt', v.activated_at,
                        'releases', r.releases, 'lastReleasedAt', r.last) ORDER BY v.version DESC), '[]')
                      FROM secret_version v
                      CROSS JOIN LATERAL (
                        SELECT count(*) AS releases, max(l.released_at) AS last FROM secret_release l
                         WHERE l.secret_id = v.secret_id AND l.version = v.version) r
                     WHERE v.secret_id = s.id) AS versions
              FROM secret s
             WHERE s.device_id = :device
             ORDER BY s.volume
            """)
        .param("device", device)
        .query((row, number) ->
            new SecretDescription(
                Rows.id(row, "id"),
                row.getString("volume"),
                Rows.time(row, "created_at"),
                List.of(WireJson.strict().readValue(row.getString("versions"), Version[].class))))
        .list();
  }

  @Override
  public int retire(UUID device, String volume) {
    return jdbc.sql(
            """
            UPDATE secret_version SET state = 'retired'
             WHERE state IN ('pending', 'active')
               AND secret_id = (SELECT id FROM secret WHERE device_id = :device AND volume = :volume)
            """)
        .param("device", device)
        .param("volume", volume)
        .update();
  }
}
