// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.device.AdmissionRules.GroupRules;
import io.fleetverifier.server.device.Devices.KnownKey;
import io.fleetverifier.server.device.WaitingEnrolments.NewWaiting;
import io.fleetverifier.server.device.WaitingEnrolments.Waiting;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.token.Redemptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Decides on a proven enrolment: is it a device already, may it be one, may it wait. All of it is
 * one transaction that holds the admission rules and the endorsement keys, so that the answer is
 * right on any number of replicas; unique keys in the database are the last word.
 */
@Component
final class Admissions {
  private final Devices devices;
  private final Enrolments enrolments;
  private final WaitingEnrolments waiting;
  private final AdmissionRules rules;
  private final Redemptions redemptions;
  private final AuditLog audit;
  private final TransactionTemplate transaction;

  Admissions(
      Devices devices,
      Enrolments enrolments,
      WaitingEnrolments waiting,
      AdmissionRules rules,
      Redemptions redemptions,
      AuditLog audit,
      PlatformTransactionManager transactions) {
    this.devices = devices;
    this.enrolments = enrolments;
    this.waiting = waiting;
    this.rules = rules;
    this.redemptions = redemptions;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Redeems the ticket and decides. A refusal leaves nothing behind, not even the spent ticket,
   * unless it is about a known device: then its operators get to see it.
   *
   * @throws ProblemException retry in the unlikely case that it met others of its keys twice
   */
  Outcome decide(EnrolmentTicket ticket, Applicant applicant, InetAddress address) {
    try {
      return decideOnce(ticket, applicant, address);
    } catch (DuplicateKeyException anotherDeviceWithItsAk) {
      return decideAgain(ticket, applicant, address);
    }
  }

  private Outcome decideAgain(EnrolmentTicket ticket, Applicant applicant, InetAddress address) {
    try {
      return decideOnce(ticket, applicant, address);
    } catch (DuplicateKeyException again) {
      throw new ProblemException(ProblemCode.RETRY);
    }
  }

  private Outcome decideOnce(EnrolmentTicket ticket, Applicant applicant, InetAddress address) {
    return transaction.execute(status -> {
      Outcome outcome = redeemAndDecide(ticket, applicant, address);
      if (outcome instanceof Outcome.Refused(var why, var about)) {
        about.stream().sorted().forEach(device -> trace(device, why, address));
        if (about.isEmpty()) {
          status.setRollbackOnly();
        }
      }
      return outcome;
    });
  }

  private Outcome redeemAndDecide(
      EnrolmentTicket ticket, Applicant applicant, InetAddress address) {
    rules.hold();
    if (!redemptions.redeem(ticket.nonce(), ticket.life().expiresAt())) {
      return new Outcome.Refused(EnrolmentRefusal.TOKEN_INVALID);
    }
    devices.lock(applicant.eks().fingerprints());
    List<KnownKey> known = devices.known(applicant.eks().fingerprints());
    return known.isEmpty() ? admit(ticket, applicant, address) : recognise(applicant, known);
  }

  /** One finding for each device and refusal, however often it is tried; the first is recorded. */
  private void trace(UUID device, EnrolmentRefusal why, InetAddress address) {
    if (devices.traceRefusal(device, why)) {
      audit.record(
          "device",
          "device.enrol-refused",
          "device/" + device,
          Map.of("reason", why.name(), "address", address.getHostAddress()));
    }
  }

  private static Outcome recognise(Applicant applicant, List<KnownKey> known) {
    Set<UUID> owners = known.stream().map(KnownKey::deviceId).collect(Collectors.toSet());
    if (known.stream().anyMatch(key -> key.lifecycle() != Lifecycle.ACTIVE)) {
      return new Outcome.Refused(EnrolmentRefusal.DEVICE_REVOKED, owners);
    }
    if (!areAllOfOneActiveTpm(applicant, known)) {
      return new Outcome.Refused(EnrolmentRefusal.EK_SET_CONFLICT, owners);
    }
    KnownKey key = known.getFirst();
    return key.akName().equals(Optional.of(applicant.ak().name().value()))
        ? new Outcome.Enrolled(key.deviceId())
        : new Outcome.Refused(EnrolmentRefusal.AK_CHANGED, owners);
  }

  private static boolean areAllOfOneActiveTpm(Applicant applicant, List<KnownKey> known) {
    return known.size() == applicant.eks().keys().size()
        && known.stream().allMatch(KnownKey::tpmActive)
        && known.stream().map(KnownKey::tpmId).distinct().count() == 1;
  }

  private Outcome admit(EnrolmentTicket ticket, Applicant applicant, InetAddress address) {
    Map<Bytes, UUID> registered = rules.registrations(applicant.eks().fingerprints());
    if (!registered.isEmpty()) {
      return admitAsRegistered(applicant, registered);
    }
    if (ticket.joinTokenHash() != null) {
      return admitByJoinToken(applicant, ticket.joinTokenHash());
    }
    return letWait(applicant, address);
  }

  private Outcome admitAsRegistered(Applicant applicant, Map<Bytes, UUID> registered) {
    Set<UUID> groups = Set.copyOf(registered.values());
    return groups.size() == 1
        ? enrolments.enrol(applicant, groups.iterator().next(), Ours.REGISTERED, "device")
        : new Outcome.Refused(EnrolmentRefusal.EK_SET_CONFLICT);
  }

  /** A use counts only when the device is enrolled: a refusal rolls it back. */
  private Outcome admitByJoinToken(Applicant applicant, Bytes hash) {
    return rules
        .useJoinToken(hash)
        .map(group -> enrolments.enrol(applicant, group, Ours.JOIN_TOKEN, "device"))
        .orElseGet(() -> new Outcome.Refused(EnrolmentRefusal.JOIN_TOKEN_INVALID));
  }

  private Outcome letWait(Applicant applicant, InetAddress address) {
    Optional<EnrolmentRefusal> hopeless = whyNobodyCouldApprove(applicant);
    if (hopeless.isPresent()) {
      return new Outcome.Refused(hopeless.get());
    }
    waiting.lockForInsert();
    return waiting
        .findByEkSet(applicant.eks().digest())
        .map(known -> waitOn(applicant, known))
        .orElseGet(() -> beginToWait(applicant, address));
  }

  private Optional<EnrolmentRefusal> whyNobodyCouldApprove(Applicant applicant) {
    LevelledKeys eks = enrolments.levelled(applicant);
    Optional<EnrolmentRefusal> barred = eks.whyBarred();
    if (barred.isPresent()) {
      return barred;
    }
    boolean proven = eks.isAnyProven();
    List<GroupRules> groups =
        rules.groupsForApproval().stream()
            .filter(group -> proven || group.acceptsUnproven())
            .toList();
    if (groups.isEmpty()) {
      return Optional.of(EnrolmentRefusal.NOT_ADMITTED);
    }
    return groups.stream().anyMatch(group -> applicant.eks().isCompleteWithout(group.optionalEks()))
        ? Optional.empty()
        : Optional.of(EnrolmentRefusal.EK_SET_INCOMPLETE);
  }

  private static Outcome waitOn(Applicant applicant, Waiting known) {
    return applicant.ak().name().value().equals(known.akName())
        ? new Outcome.Pending(known.id())
        : new Outcome.Refused(EnrolmentRefusal.AK_CHANGED);
  }

  private Outcome beginToWait(Applicant applicant, InetAddress address) {
    Bytes akName = applicant.ak().name().value();
    if (devices.hasAk(akName) || waiting.hasAk(akName)) {
      return new Outcome.Refused(EnrolmentRefusal.EK_SET_CONFLICT);
    }
    if (!waiting.hasRoom(address)) {
      return new Outcome.Refused(EnrolmentRefusal.ADMISSION_BUSY);
    }
    EkSet eks = applicant.eks();
    return new Outcome.Pending(
        waiting.insert(
            new NewWaiting(applicant.candidate(), eks.digest(), eks.code(), akName, address)));
  }
}
