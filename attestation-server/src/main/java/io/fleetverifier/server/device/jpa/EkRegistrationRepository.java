// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jpa;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads and writes of EKs known beforehand. */
public interface EkRegistrationRepository extends Repository<EkRegistrationRow, Bytes> {

  EkRegistrationRow saveAndFlush(EkRegistrationRow registration);

  Optional<EkRegistrationRow> findById(Bytes fingerprint);

  void delete(EkRegistrationRow registration);

  @Query(
      """
      from EkRegistrationRow r join fetch r.group
      where r.fingerprint > :fingerprint order by r.fingerprint
      """)
  List<EkRegistrationRow> pageAfter(Bytes fingerprint, Limit limit);
}
