// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.device.AdmissionRules.GroupRules;
import io.fleetverifier.server.device.Devices.LevelledKey;
import io.fleetverifier.server.device.Devices.NewDevice;
import io.fleetverifier.tpm.EkTemplate;
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
  /** Which key secrets are sealed to, where several are equally genuine. */
  private static final List<EkTemplate> SEALING_ORDER =
      List.of(
          EkTemplate.L2, // P-256
          EkTemplate.H2,
          EkTemplate.H3, // P-384
          EkTemplate.L1, // RSA
          EkTemplate.H1,
          EkTemplate.H6,
          EkTemplate.H7,
          EkTemplate.H4); // P-521

  private final Devices devices;
  private final WaitingEnrolments waiting;
  private final AdmissionRules rules;
  private final AuditLog audit;

  Enrolments(Devices devices, WaitingEnrolments waiting, AdmissionRules rules, AuditLog audit) {
    this.devices = devices;
    this.waiting = waiting;
    this.rules = rules;
    this.audit = audit;
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
    List<LevelledKey> eks = levelled(applicant.eks());
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
    boolean genuine = eks.stream().anyMatch(Enrolments::isGenuine) || group.acceptsUnproven();
    boolean isOurs =
        switch (ours) {
          case REGISTERED -> true;
          case JOIN_TOKEN -> group.acceptsJoinToken();
          case APPROVAL -> group.acceptsApproval();
        };
    return genuine && isOurs;
  }

  private List<LevelledKey> levelled(EkSet eks) {
    Set<Bytes> registered = rules.registrations(eks.fingerprints()).keySet();
    return eks.keys().stream()
        .map(ek -> new LevelledKey(ek, level(registered.contains(ek.fingerprint()))))
        .toList();
  }

  private static Genuine level(boolean registered) {
    return registered ? Genuine.REGISTERED : Genuine.UNPROVEN;
  }

  private static boolean isGenuine(LevelledKey ek) {
    return ek.genuine() != Genuine.UNPROVEN;
  }

  private UUID insert(
      Applicant applicant, GroupRules group, Ours ours, List<LevelledKey> eks, String actor) {
    LevelledKey sealingEk = sealingEk(eks);
    Optional<UUID> waited = waiting.removeByEkSet(applicant.eks().digest());
    String name = applicant.candidate().name();
    UUID device =
        devices.insert(
            new NewDevice(waited, name, group.id(), ours, applicant.ak(), eks, sealingEk));
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
    boolean anyGenuine = eks.stream().anyMatch(Enrolments::isGenuine);
    return eks.stream()
        .filter(ek -> isGenuine(ek) || !anyGenuine)
        .min(Comparator.comparingInt(ek -> SEALING_ORDER.indexOf(ek.key().template())))
        .orElseThrow(() -> new IllegalStateException("an enrolment shows at least one EK"));
  }
}
