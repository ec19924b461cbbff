// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of join tokens. */
public interface JoinTokenRepository extends Repository<JoinTokenRow, UUID> {

  JoinTokenRow saveAndFlush(JoinTokenRow token);

  Optional<JoinTokenRow> findById(UUID id);

  @Query(
      """
      from JoinTokenRow t join fetch t.group
      where (t.createdAt, t.id) > (:createdAt, :id) order by t.createdAt, t.id
      """)
  List<JoinTokenRow> pageAfter(Instant createdAt, UUID id, Limit limit);
}
