// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of baselines. */
public interface BaselineRepository extends Repository<BaselineRow, UUID> {

  BaselineRow saveAndFlush(BaselineRow baseline);

  Optional<BaselineRow> findByName(String name);

  boolean existsByName(String name);

  /** The same, locked: whoever numbers a version holds this row. */
  @Lock(LockModeType.PESSIMISTIC_WRITE)
  @Query("from BaselineRow b where b.name = :name")
  Optional<BaselineRow> lockByName(String name);

  @Query("from BaselineRow b where b.name > :name order by b.name")
  List<BaselineRow> pageAfter(String name, Limit limit);
}
