// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

/**
 * Proven enrolments that wait for a person: at most 1,000, at most 10 from one address in an hour,
 * each for seven days. Everything here takes part in the caller's transaction.
 */
public interface WaitingEnrolments {

  /**
   * One that waits.
   *
   * @param id becomes the id of the device
   */
  record Waiting(UUID id, String ekCode, Bytes akName, Candidate candidate) {}

  /**
   * One to be.
   *
   * @param ekSet names its set of endorsement keys
   * @param address where its proof came from
   */
  record NewWaiting(
      Candidate candidate, Bytes ekSet, String ekCode, Bytes akName, InetAddress address) {}

  /** Lets no other transaction add one until the caller's ends, and drops what waited too long. */
  void lockForInsert();

  /** The one with this set of endorsement keys. */
  Optional<Waiting> findByEkSet(Bytes ekSet);

  /** The one with this id, if it still waits. */
  Optional<Waiting> findById(UUID id);

  /** Whether the one with this id still waits; it then does until the caller's transaction ends. */
  boolean lockById(UUID id);

  /** Whether one with this attestation key waits. */
  boolean hasAk(Bytes akName);

  /** Whether one more from this address keeps the bounds. */
  boolean hasRoom(InetAddress address);

  /** Adds one and returns its id. */
  UUID insert(NewWaiting waiting);

  /** Removes the one with this set of endorsement keys, where there is one, and returns its id. */
  Optional<UUID> removeByEkSet(Bytes ekSet);

  /** Removes the one with this id; false when none waits. */
  boolean removeById(UUID id);

  /** Forgets those that waited too long; returns how many. */
  int prune();
}
