// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Enrolled TPMs as rows. Everything here takes part in the caller's transaction. */
public interface JudgedRows {

  /**
   * TPMs that were judged by something else, by id, as far as there is something to judge: they
   * brought a certificate, something was found of them, or a key of theirs is denied. Those of
   * retired devices are left out.
   *
   * @param digest of what counts now
   */
  List<JudgedTpm> outdated(Bytes digest, UUID after, int most);

  /** TPMs by their ids. */
  List<JudgedTpm> of(Collection<UUID> ids);

  /** Records that these are as they would be judged now, unless they were judged meanwhile. */
  void confirm(Collection<JudgedTpm> tpms, Bytes digest);

  /** Writes what differs from what is on record. */
  void write(JudgedTpm before, JudgedTpm after);
}
