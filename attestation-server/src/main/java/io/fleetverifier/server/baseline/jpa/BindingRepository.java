// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of bindings. */
public interface BindingRepository extends Repository<BindingRow, UUID> {

  BindingRow saveAndFlush(BindingRow binding);

  void delete(BindingRow binding);

  @Query(
      """
      from BindingRow b join fetch b.group join fetch b.baseline
      where b.group.name = :group and b.baseline.name = :baseline
      """)
  Optional<BindingRow> find(String group, String baseline);

  @Query(
      """
      from BindingRow b join fetch b.group join fetch b.baseline n
      where b.group.name = :group and n.name > :baseline order by n.name
      """)
  List<BindingRow> pageAfter(String group, String baseline, Limit limit);
}
