// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.appraisal.BootLog;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Present status of devices as rows, and the policy that they were judged under. */
public interface StatusRows {

  /** The present policy revision. */
  long revision();

  /**
   * Whether a bound in time was passed since the last policy edit: an acceptance began or ended, or
   * an observation did.
   */
  boolean timeChangedPolicy();

  /** Active devices whose status is of an earlier revision, by id. */
  List<LastShown> outdated(long revision, UUID after, int most);

  /** What a device showed last; empty before its first authentic evidence. */
  Optional<LastShown> lastShown(UUID device);

  /** The boot log that came with what was shown; absent where none was kept. */
  BootLog bootLog(LastShown shown);

  /**
   * Keeps every policy edit out until the running transaction ends.
   *
   * @return whether policy is still of this revision
   */
  boolean hold(long revision);

  /**
   * Writes a status with all that follows from a change: a line in the feed, and a finding for each
   * new reason. Does nothing when the device has shown something newer.
   */
  void write(LastShown shown, Reappraisal reappraisal, long revision);
}
