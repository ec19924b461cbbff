// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.device.AdmissionRules.GroupRules;
import io.fleetverifier.server.device.Devices.LevelledKey;
import io.fleetverifier.server.device.Devices.NewDevice;
import io.fleetverifier.server.endorsement.EkJudge;
import io.fleetverifier.server.endorsement.EkJudgement;
import io.fleetverifier.server.endorsement.Genuine;
import io.fleetverifier.server.endorsement.SealingOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes an applicant a device of a group, as far as that group's rules allow. */
@Component
final class Enrolments {
  private final Devices devices;
  private final WaitingEnrolments waiting;
  private final AdmissionRules rules;
  private final EkJudge judge;
  private final AuditLog audit;

  Enrolments(
      Devices devices,
      WaitingEnrolments waiting,
      AdmissionRules rules,
      EkJudge judge,
      AuditLog audit) {
    this.devices = devices;
    this.waiting = waiting;
    this.rules = rules;
    this.judge = judge;
    this.audit = audit;
  }

  /** The applicant's keys, each with how genuine it is by what counts now. */
  List<LevelledKey> levelled(Applicant applicant) {
    Set<Bytes> registered = rules.registrations(applicant.eks().fingerprints()).keySet();
    EkJudge.Present present = judge.present();
    List<Bytes> intermediates = applicant.candidate().intermediates();
    return applicant.eks().keys().stream()
        .map(ek -> {
          Optional<EkJudgement> endorsement =
              present.judge(ek.fingerprint(), ek.area(), ek.certificate(), intermediates);
          return new LevelledKey(
              ek, Genuine.of(registered.contains(ek.fingerprint()), endorsement), endorsement);
        })
        .toList();
  }

  /**
   * Why these keys are taken on no ground at all, not even where one of them is registered: the
   * deny list is a later word of the operator's than the registration, and of a key that its vendor
   * revoked nobody knows any more who holds it.
   */
  static Optional<EnrolmentRefusal> whyBarred(List<LevelledKey> eks) {
    List<EkJudgement> judgements = eks.stream().flatMap(ek -> ek.endorsement().stream()).toList();
    if (judgements.stream().anyMatch(EkJudgement::denies)) {
      return Optional.of(EnrolmentRefusal.EK_DENIED);
    }
    return judgements.stream().anyMatch(EkJudgement::revokes)
        ? Optional.of(EnrolmentRefusal.EK_REVOKED)
        : Optional.empty();
  }

  /** Whether any of these keys is that of a genuine TPM. */
  static boolean isAnyProven(List<LevelledKey> eks) {
    return eks.stream().anyMatch(ek -> ek.genuine().isProven());
  }

  /**
   * Enrols in the caller's transaction, which holds the rules and the endorsement keys, none of
   * which is enrolled. One that waited keeps its id.
   *
   * @param actor who is recorded to have done it
   */
  Outcome enrol(Applicant applicant, UUID groupId, Ours ours, String actor) {
    GroupRules group =
        rules
            .group(groupId)
            .orElseThrow(() -> new IllegalStateException("a group that is referred to is gone"));
    List<LevelledKey> eks = levelled(applicant);
    Optional<EnrolmentRefusal> barred = whyBarred(eks);
    if (barred.isPresent()) {
      return new Outcome.Refused(barred.get());
    }
    if (!accepts(group, ours, eks)) {
      return new Outcome.Refused(EnrolmentRefusal.NOT_ADMITTED);
    }
    if (!applicant.eks().isCompleteWithout(group.optionalEks())) {
      return new Outcome.Refused(EnrolmentRefusal.EK_SET_INCOMPLETE);
    }
    if (devices.hasAk(applicant.ak().name().value())) {
      return new Outcome.Refused(EnrolmentRefusal.EK_SET_CONFLICT);
    }
    return new Outcome.Enrolled(insert(applicant, group, ours, eks, actor));
  }

  private static boolean accepts(GroupRules group, Ours ours, List<LevelledKey> eks) {
    boolean genuine = isAnyProven(eks) || group.acceptsUnproven();
    boolean isOurs =
        switch (ours) {
          case REGISTERED -> true;
          case JOIN_TOKEN -> group.acceptsJoinToken();
          case APPROVAL -> group.acceptsApproval();
        };
    return genuine && isOurs;
  }

  private UUID insert(
      Applicant applicant, GroupRules group, Ours ours, List<LevelledKey> eks, String actor) {
    LevelledKey sealingEk = sealingEk(eks);
    Optional<UUID> waited = waiting.removeByEkSet(applicant.eks().digest());
    String name = applicant.candidate().name();
    UUID device =
        devices.insert(
            new NewDevice(
                waited,
                name,
                group.id(),
                ours,
                applicant.ak(),
                eks,
                sealingEk,
                applicant.candidate().intermediates()));
    audit.record(
        actor,
        "device.enrol",
        "device/" + device,
        Map.of(
            "group", group.id().toString(),
            "genuine", sealingEk.genuine().word(),
            "ours", ours.word(),
            "ekCode", applicant.eks().code()));
    return device;
  }

  /** Only a genuine key is sealed to, as long as there is one: another may be a software key. */
  private static LevelledKey sealingEk(List<LevelledKey> eks) {
    boolean anyProven = isAnyProven(eks);
    return eks.stream()
        .filter(ek -> ek.genuine().isProven() || !anyProven)
        .min(Comparator.comparing(ek -> ek.key().template(), SealingOrder.comparator()))
        .orElseThrow(() -> new IllegalStateException("an enrolment shows at least one EK"));
  }
}
