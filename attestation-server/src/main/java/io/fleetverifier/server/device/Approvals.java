// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.device.WaitingEnrolments.Waiting;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a person does about enrolments that wait. */
@Service
public final class Approvals {
  private final Devices devices;
  private final Enrolments enrolments;
  private final WaitingEnrolments waiting;
  private final AdmissionRules rules;
  private final AuditLog audit;
  private final TransactionTemplate transaction;

  Approvals(
      Devices devices,
      Enrolments enrolments,
      WaitingEnrolments waiting,
      AdmissionRules rules,
      AuditLog audit,
      PlatformTransactionManager transactions) {
    this.devices = devices;
    this.enrolments = enrolments;
    this.waiting = waiting;
    this.rules = rules;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Makes one that waits a device of the group, under the id it waited with.
   *
   * @param ekCode as the person read it from the device's console
   * @param actor who, as in {@link AuditLog#record}
   * @return the device's id
   * @throws ProblemException not-found when it does not wait (any longer) or there is no such
   *     group; conflict when the code is another device's, when the group does not take it, or when
   *     its keys were enrolled meanwhile
   */
  public UUID approve(UUID waitingId, String ekCode, UUID groupId, String actor) {
    return transaction.execute(status -> {
      rules.hold();
      Waiting found = find(waitingId);
      if (!found.ekCode().equals(ekCode)) {
        throw new ProblemException(
            ProblemCode.CONFLICT, "The EK code is not that of the waiting device.");
      }
      if (rules.group(groupId).isEmpty()) {
        throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such group.");
      }
      return enrol(found, groupId, actor);
    });
  }

  private UUID enrol(Waiting found, UUID groupId, String actor) {
    Applicant applicant = found.candidate().check();
    List<Bytes> fingerprints = applicant.eks().fingerprints();
    devices.lock(fingerprints);
    // It may have been approved, denied or enrolled before this had the lock.
    if (!waiting.lockById(found.id())) {
      throw noneWaits();
    }
    if (!devices.known(fingerprints).isEmpty()) {
      throw refused(EnrolmentRefusal.EK_SET_CONFLICT);
    }
    return switch (enrolments.enrol(applicant, groupId, Ours.APPROVAL, actor)) {
      case Outcome.Enrolled(var device) -> device;
      case Outcome.Refused(var why, var about) -> throw refused(why);
      case Outcome.Pending ignored -> throw new IllegalStateException("an enrolment never waits");
    };
  }

  private static ProblemException refused(EnrolmentRefusal why) {
    return new ProblemException(
        ProblemCode.CONFLICT,
        "The group does not take this device, or its keys are enrolled already.",
        Map.of("reason", why.name()));
  }

  /**
   * Forgets one that waits. The device may ask again.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found when it does not wait (any longer)
   */
  public void deny(UUID waitingId, String actor) {
    transaction.executeWithoutResult(status -> {
      Waiting found = find(waitingId);
      if (!waiting.removeById(waitingId)) {
        throw noneWaits();
      }
      audit.record(
          actor, "enrolment.deny", "enrolment/" + waitingId, Map.of("ekCode", found.ekCode()));
    });
  }

  private Waiting find(UUID id) {
    return waiting.findById(id).orElseThrow(Approvals::noneWaits);
  }

  private static ProblemException noneWaits() {
    return new ProblemException(ProblemCode.NOT_FOUND, "No such enrolment waits.");
  }
}
