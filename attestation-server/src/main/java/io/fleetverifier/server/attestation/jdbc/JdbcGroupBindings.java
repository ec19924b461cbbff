// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.server.appraisal.Binding;
import io.fleetverifier.server.attestation.GroupBindings;
import io.fleetverifier.server.attestation.jdbc.ContextJson.BindingPart;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The part of {@link ContextQuery} that speaks of policy, for one group. */
@Component
final class JdbcGroupBindings implements GroupBindings {

  private final JdbcClient jdbc;
  private final VersionContents contents;

  JdbcGroupBindings(JdbcClient jdbc, VersionContents contents) {
    this.jdbc = jdbc;
    this.contents = contents;
  }

  @Override
  public List<Binding> of(UUID group) {
    List<BindingPart> parts =
        jdbc.sql(
                "SELECT "
                    + ContextQuery.BINDINGS
                    + " AS bindings FROM device_group g WHERE g.id = :id")
            .param("id", group)
            .query((row, number) -> ContextJson.bindings(row.getString("bindings")))
            .single();
    return ContextJson.bindings(parts, contents);
  }
}
