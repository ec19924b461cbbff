// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of groups. */
public interface DeviceGroupRepository extends Repository<DeviceGroup, UUID> {

  DeviceGroup saveAndFlush(DeviceGroup group);

  Optional<DeviceGroup> findByName(String name);

  boolean existsByName(String name);

  @Query("from DeviceGroup g where g.name > :name order by g.name")
  List<DeviceGroup> pageAfter(String name, Limit limit);
}
