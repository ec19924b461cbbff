// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.EkTemplate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * On what grounds devices are taken: groups, registered endorsement keys, join tokens. Everything
 * here takes part in the caller's transaction.
 */
public interface AdmissionRules {

  /**
   * Which devices a group takes.
   *
   * @param acceptsUnproven also those whose endorsement keys may be software
   * @param acceptsJoinToken those that bring one of its join tokens
   * @param acceptsApproval those that a person approves
   * @param optionalEks templates of endorsement keys that may be missing
   */
  record GroupRules(
      UUID id,
      boolean acceptsUnproven,
      boolean acceptsJoinToken,
      boolean acceptsApproval,
      Set<EkTemplate> optionalEks) {}

  /** Keeps all of this as it is until the caller's transaction ends. */
  void hold();

  /** The groups that these endorsement keys were registered for, by fingerprint. */
  Map<Bytes, UUID> registrations(Collection<Bytes> fingerprints);

  /**
   * Uses a join token once, if it is known, neither revoked nor expired, and not used up.
   *
   * @param hash SHA-256 of its text
   * @return its group
   */
  Optional<UUID> useJoinToken(Bytes hash);

  /** The rules of one group. */
  Optional<GroupRules> group(UUID id);

  /** The rules of all groups that take a device by approval. */
  List<GroupRules> groupsForApproval();
}
