// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Enrolled TPMs as rows. Everything here takes part in the caller's transaction. */
public interface JudgedRows {

  /** By what all of them were last judged. */
  Optional<Bytes> judgedBy();

  void setJudgedBy(Bytes digest);

  /**
   * TPMs that there is something to judge of, by id: they brought a certificate, something was
   * found of them, or a key of theirs is denied. Those of retired devices are left out.
   */
  List<JudgedTpm> after(UUID id, Set<Bytes> denied, int most);

  /** The same for these TPMs. */
  List<JudgedTpm> of(Collection<UUID> ids);

  /** Writes what differs from what is on record. */
  void write(JudgedTpm before, JudgedTpm after);
}
