// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The deny list as rows. Everything here takes part in the caller's transaction. */
public interface DenialRows {

  /**
   * The deny list.
   *
   * @param digest names its content
   */
  record Denied(DenyList list, Bytes digest) {}

  Denied all();

  /** Entries after this position, oldest first. */
  List<EkDenial> after(Instant createdAt, UUID id, int most);

  /** Adds one; false when the same is there already. */
  boolean insert(EkDenial denial);

  /** Removes one; nothing when there is none. */
  Optional<EkDenial> delete(UUID id);

  /** How many there are. */
  long count();
}
