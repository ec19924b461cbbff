// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.policy;

import io.fleetverifier.server.audit.AuditLog;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The fleet-wide switch: while it is off, no secret is let go to any device. */
@Component
public final class ReleaseSwitch {

  private final JdbcClient jdbc;
  private final PolicyEdits edits;

  ReleaseSwitch(JdbcClient jdbc, PolicyEdits edits) {
    this.jdbc = jdbc;
    this.edits = edits;
  }

  public boolean isOn() {
    return jdbc.sql("select releases_on from installation").query(Boolean.class).single();
  }

  /**
   * Sets the switch. Once off is answered, nothing is let go.
   *
   * @param actor who, as in {@link AuditLog#record}
   */
  public void set(boolean on, String actor) {
    edits.edit(
        actor,
        on ? "releases.on" : "releases.off",
        "installation",
        Map.of(),
        () -> jdbc.sql("update installation set releases_on = :on").param("on", on).update());
  }
}
