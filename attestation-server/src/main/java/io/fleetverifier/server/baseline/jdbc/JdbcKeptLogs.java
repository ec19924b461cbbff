// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.baseline.KeptLogs;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of {@code event_log}. */
@Component
final class JdbcKeptLogs implements KeptLogs {

  private final JdbcClient jdbc;

  JdbcKeptLogs(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void keep(Bytes log) {
    jdbc.sql(
            """
            insert into event_log (sha256, type, data) values (:sha256, 'tcg-boot', :data)
            on conflict do nothing
            """)
        .param("sha256", log.sha256().toArray())
        .param("data", log.toArray())
        .update();
  }

  @Override
  public Optional<Bytes> find(Bytes sha256) {
    return jdbc.sql("select data from event_log where sha256 = :sha256 and type = 'tcg-boot'")
        .param("sha256", sha256.toArray())
        .query((row, number) -> Bytes.copyOf(row.getBytes("data")))
        .optional();
  }
}
