// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.device.AdmissionRules.GroupRules;
import io.fleetverifier.server.device.Devices.NewDevice;
import io.fleetverifier.server.device.LevelledKeys.LevelledKey;
import io.fleetverifier.server.endorsement.EkJudge;
import io.fleetverifier.server.endorsement.EkJudgement;
import io.fleetverifier.server.endorsement.Genuine;
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

  /** The keys of applicants, each with how genuine it is by what counts now. */
  List<LevelledKeys> levelled(List<Applicant> applicants) {
    List<Bytes> fingerprints =
        applicants.stream().flatMap(one -> one.eks().fingerprints().stream()).toList();
    Set<Bytes> registered = rules.registrations(fingerprints).keySet();
    EkJudge.Present present = judge.present();
    return applicants.stream().map(one -> levelled(one, registered, present)).toList();
  }

  LevelledKeys levelled(Applicant applicant) {
    return levelled(List.of(applicant)).getFirst();
  }

  private static LevelledKeys levelled(
      Applicant applicant, Set<Bytes> registered, EkJudge.Present present) {
    EkJudge.OneTpm judge = present.tpm(applicant.candidate().intermediates());
    List<LevelledKey> keys =
        applicant.eks().keys().stream()
            .map(ek -> {
              Optional<EkJudgement> endorsement =
                  judge.judge(ek.fingerprint(), ek.area(), ek.certificate());
              return new LevelledKey(
                  ek, Genuine.of(registered.contains(ek.fingerprint()), endorsement), endorsement);
            })
            .toList();
    return new LevelledKeys(keys, present.digest());
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
    LevelledKeys eks = levelled(applicant);
    Optional<EnrolmentRefusal> barred = eks.whyBarred();
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

  private static boolean accepts(GroupRules group, Ours ours, LevelledKeys eks) {
    boolean genuine = eks.isAnyProven() || group.acceptsUnproven();
    boolean isOurs =
        switch (ours) {
          case REGISTERED -> true;
          case JOIN_TOKEN -> group.acceptsJoinToken();
          case APPROVAL -> group.acceptsApproval();
        };
    return genuine && isOurs;
  }

  private UUID insert(
      Applicant applicant, GroupRules group, Ours ours, LevelledKeys eks, String actor) {
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
                applicant.candidate().intermediates()));
    audit.record(
        actor,
        "device.enrol",
        "device/" + device,
        Map.of(
            "group", group.id().toString(),
            "genuine", eks.sealingEk().genuine().word(),
            "ours", ours.word(),
            "ekCode", applicant.eks().code()));
    return device;
  }
}
