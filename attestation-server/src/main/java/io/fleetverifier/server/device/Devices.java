// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The rows of devices, their TPMs and keys. Everything here takes part in the caller's transaction.
 */
public interface Devices {

  /**
   * An endorsement key that is enrolled.
   *
   * @param akName Name of the active attestation key of its TPM
   */
  record KnownKey(
      Bytes fingerprint,
      UUID tpmId,
      boolean tpmActive,
      UUID deviceId,
      Lifecycle lifecycle,
      Optional<Bytes> akName) {}

  /**
   * A device to be.
   *
   * @param id of one that waited, or nothing for a new id
   * @param eks its endorsement keys, each with how genuine it is
   * @param intermediates certificates that came along
   */
  record NewDevice(
      Optional<UUID> id,
      String name,
      UUID groupId,
      Ours ours,
      AttestationKey ak,
      LevelledKeys eks,
      List<Bytes> intermediates) {}

  /**
   * Lets no other transaction decide on any of these endorsement keys until the caller's ends, on
   * whatever replica.
   */
  void lock(Collection<Bytes> fingerprints);

  /** Which of these endorsement keys are enrolled. */
  List<KnownKey> known(Collection<Bytes> fingerprints);

  /** Whether this attestation key is enrolled, active or not. */
  boolean hasAk(Bytes akName);

  /**
   * Adds a device with its TPM and keys.
   *
   * @return its id
   * @throws org.springframework.dao.DuplicateKeyException when one of the keys is enrolled already
   */
  UUID insert(NewDevice device);

  /** Where the device stands, its row locked; nothing when there is no such device. */
  Optional<Lifecycle> lockLifecycle(UUID deviceId);

  /** Moves the device on and adds the step to the feed of changes. */
  void changeLifecycle(UUID deviceId, Lifecycle from, Lifecycle to);

  /** Whether any secret was ever made for the device. */
  boolean hasSecrets(UUID deviceId);

  /** Puts the device into another group. */
  void moveToGroup(UUID deviceId, UUID groupId);

  /** Begins a new epoch of the device's TPM and returns its number. */
  Optional<Integer> nextTpmEpoch(UUID deviceId);

  /**
   * Leaves a trace of an enrolment that was refused over a known device: one open finding, counted
   * on.
   *
   * @return whether the finding was opened by this call
   */
  boolean traceRefusal(UUID deviceId, EnrolmentRefusal why);
}
