// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.endorsement.EkJudgement;
import io.fleetverifier.server.endorsement.Genuine;
import io.fleetverifier.server.endorsement.SealingOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The endorsement keys of a TPM, each with how genuine it is.
 *
 * @param judgedBy names the roots, the policy, the deny list and the day that they were judged by
 */
public record LevelledKeys(List<LevelledKey> keys, Bytes judgedBy) {

  /**
   * An endorsement key and on what ground it counts as genuine.
   *
   * @param endorsement what was found of its certificate
   */
  public record LevelledKey(
      EndorsementKey key, Genuine genuine, Optional<EkJudgement> endorsement) {}

  public LevelledKeys {
    keys = List.copyOf(keys);
  }

  /**
   * Why these keys are taken on no ground at all, not even where one of them is registered: the
   * deny list is a later word of the operator's than the registration, and of a key that its vendor
   * revoked nobody knows any more who holds it.
   */
  Optional<EnrolmentRefusal> whyBarred() {
    List<EkJudgement> found = keys.stream().flatMap(ek -> ek.endorsement().stream()).toList();
    if (found.stream().anyMatch(EkJudgement::denies)) {
      return Optional.of(EnrolmentRefusal.EK_DENIED);
    }
    return found.stream().anyMatch(EkJudgement::revokes)
        ? Optional.of(EnrolmentRefusal.EK_REVOKED)
        : Optional.empty();
  }

  /** Whether any of them is that of a genuine TPM. */
  boolean isAnyProven() {
    return keys.stream().anyMatch(ek -> ek.genuine().isProven());
  }

  /**
   * The one that secrets are sealed to: a genuine one as long as there is one, since another may be
   * a software key.
   */
  public LevelledKey sealingEk() {
    boolean anyProven = isAnyProven();
    return keys.stream()
        .filter(ek -> ek.genuine().isProven() || !anyProven)
        .min(Comparator.comparing(ek -> ek.key().template(), SealingOrder.comparator()))
        .orElseThrow(() -> new IllegalStateException("an enrolment shows at least one EK"));
  }
}
