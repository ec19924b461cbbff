// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.util.Set;
import java.util.UUID;

/** What became of a proven enrolment. */
sealed interface Outcome {

  /** It is this device. */
  record Enrolled(UUID deviceId) implements Outcome {}

  /** A person has to approve; approved, it is a device of the same id. */
  record Pending(UUID waitingId) implements Outcome {}

  /**
   * Nothing changes.
   *
   * @param about known devices whose operators should see it
   */
  record Refused(EnrolmentRefusal why, Set<UUID> about) implements Outcome {
    Refused(EnrolmentRefusal why) {
      this(why, Set.of());
    }
  }
}
