// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access.jpa;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Reads and writes of API tokens. */
public interface ApiTokenRepository extends Repository<ApiToken, UUID> {

  ApiToken save(ApiToken token);

  Optional<ApiToken> findById(UUID id);

  Optional<ApiToken> findByHash(Bytes hash);

  @Query(
      """
      from ApiToken t where (t.createdAt, t.id) > (:createdAt, :id) order by t.createdAt, t.id
      """)
  List<ApiToken> pageAfter(Instant createdAt, UUID id, Limit limit);

  @Query(
      """
      select count(t) from ApiToken t
      where t.role = :role and t.revokedAt is null and t.expiresAt > :now
      """)
  long countUsable(String role, Instant now);

  /** Notes a use, at most once a minute for each token, so that polling writes little. */
  @Transactional
  @Modifying
  @Query(
      """
      update ApiToken t set t.lastUsedAt = :now
      where t.id = :id and (t.lastUsedAt is null or t.lastUsedAt < :minuteAgo)
      """)
  int noteUse(UUID id, Instant now, Instant minuteAgo);
}
