// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of baseline versions. */
public interface BaselineVersionRepository extends Repository<BaselineVersionRow, UUID> {

  BaselineVersionRow saveAndFlush(BaselineVersionRow version);

  void delete(BaselineVersionRow version);

  @Query(
      """
      from BaselineVersionRow v join fetch v.baseline left join fetch v.values
      where v.baseline.name = :baseline and v.number = :number
      """)
  Optional<BaselineVersionRow> find(String baseline, int number);

  @Query("select coalesce(max(v.number), 0) from BaselineVersionRow v where v.baseline = :baseline")
  int lastNumber(BaselineRow baseline);

  /** Ids of a page, newest first; the rows with their values are read by {@link #withValues}. */
  @Query(
      """
      select v.id from BaselineVersionRow v
      where v.baseline.name = :baseline and v.number < :number order by v.number desc
      """)
  List<UUID> pageBefore(String baseline, int number, Limit limit);

  @Query(
      """
      from BaselineVersionRow v join fetch v.baseline left join fetch v.values
      where v.id in :ids order by v.number desc
      """)
  List<BaselineVersionRow> withValues(List<UUID> ids);
}
