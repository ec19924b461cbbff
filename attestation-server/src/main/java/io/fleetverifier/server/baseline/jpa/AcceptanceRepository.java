// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of acceptances. */
public interface AcceptanceRepository extends Repository<AcceptanceRow, UUID> {

  AcceptanceRow saveAndFlush(AcceptanceRow acceptance);

  @Query(
      """
      from AcceptanceRow a join fetch a.group join fetch a.version v join fetch v.baseline
      where a.group.name = :group and v.baseline.name = :baseline and v.number = :number
        and a.endedAt is null
      """)
  Optional<AcceptanceRow> findOpen(String group, String baseline, int number);

  @Query(
      """
      from AcceptanceRow a join fetch a.group join fetch a.version v join fetch v.baseline b
      where a.group.name = :group and a.endedAt is null
        and (b.name, v.number) > (:baseline, :number)
      order by b.name, v.number
      """)
  List<AcceptanceRow> pageAfter(String group, String baseline, int number, Limit limit);
}
