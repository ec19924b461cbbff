// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Names;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.device.jpa.EkRegistrationRepository;
import io.fleetverifier.server.device.jpa.EkRegistrationRow;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** EKs known beforehand. Whoever is enrolled already stays enrolled when one is removed. */
@Component
public final class EkRegistrations {

  private final EkRegistrationRepository rows;
  private final Groups groups;
  private final AuditedActs acts;
  private final PolicyEdits edits;
  private final InstantSource clock;

  EkRegistrations(
      EkRegistrationRepository rows,
      Groups groups,
      AuditedActs acts,
      PolicyEdits edits,
      InstantSource clock) {
    this.rows = rows;
    this.groups = groups;
    this.acts = acts;
    this.edits = edits;
    this.clock = clock;
  }

  public Page<EkRegistration> list(PageQuery query) {
    Cursor after = query.after(Cursor.of(""));
    Bytes fingerprint =
        after.word(0).isEmpty()
            ? Bytes.EMPTY
            : Names.hash32(after.word(0))
                .orElseThrow(
                    () -> Violations.ofParameter("cursor", "is not a cursor of this list"));
    return Page.of(
        rows.pageAfter(fingerprint, Limit.of(query.rows())),
        query.most(),
        EkRegistrations::view,
        row -> Cursor.of(row.fingerprint().toHex()));
  }

  /**
   * Registers an EK.
   *
   * @throws ProblemException invalid for an unknown group, conflict when registered already
   */
  public EkRegistration register(String actor, Bytes fingerprint, String group, String note) {
    return acts.perform(
        actor,
        "ek-registration.create",
        "ek/" + fingerprint.toHex(),
        Map.of("group", group, "note", note),
        () -> {
          if (rows.findById(fingerprint).isPresent()) {
            throw new ProblemException(ProblemCode.CONFLICT, "this EK is registered already");
          }
          return view(
              rows.saveAndFlush(
                  new EkRegistrationRow(
                      fingerprint,
                      groups.named(group),
                      note,
                      clock.instant().truncatedTo(ChronoUnit.MILLIS),
                      actor)));
        });
  }

  /**
   * Forgets a registration. No enrolment that still reckoned with it commits after the answer.
   *
   * @throws ProblemException not-found
   */
  public void remove(String actor, Bytes fingerprint) {
    edits.edit(
        actor,
        "ek-registration.delete",
        "ek/" + fingerprint.toHex(),
        Map.of(),
        () -> {
          rows.delete(
              rows.findById(fingerprint)
                  .orElseThrow(
                      () -> new ProblemException(ProblemCode.NOT_FOUND, "not registered")));
          return fingerprint;
        });
  }

  private static EkRegistration view(EkRegistrationRow row) {
    return new EkRegistration(
        row.fingerprint().toHex(),
        row.group().name(),
        row.note(),
        row.createdAt(),
        row.createdBy());
  }
}
