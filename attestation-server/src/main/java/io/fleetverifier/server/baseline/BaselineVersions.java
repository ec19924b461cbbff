// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.appraisal.PhasePaths;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.baseline.LastEvidence.Captured;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRepository;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.baseline.jpa.VersionState;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Baseline versions: drafted, published, revoked. */
@Component
public final class BaselineVersions {

  private static final int PHASED_PCR = 11;

  private final BaselineVersionRepository rows;
  private final Baselines baselines;
  private final LastEvidence evidence;
  private final Drafts drafts;
  private final AuditedActs acts;
  private final PolicyEdits edits;
  private final InstantSource clock;

  BaselineVersions(
      BaselineVersionRepository rows,
      Baselines baselines,
      LastEvidence evidence,
      Drafts drafts,
      AuditedActs acts,
      PolicyEdits edits,
      InstantSource clock) {
    this.rows = rows;
    this.baselines = baselines;
    this.evidence = evidence;
    this.drafts = drafts;
    this.acts = acts;
    this.edits = edits;
    this.clock = clock;
  }

  /** The versions of a baseline, newest first. */
  public Page<BaselineVersion> list(String baseline, PageQuery query) {
    baselines.row(baseline);
    int before = query.after(Cursor.of(Integer.MAX_VALUE)).count(0);
    List<UUID> ids = rows.pageBefore(baseline, before, Limit.of(query.rows()));
    return Page.of(
        rows.withValues(ids),
        query.most(),
        VersionView::of,
        version -> Cursor.of(version.number()));
  }

  /**
   * One version.
   *
   * @throws ProblemException not-found
   */
  public BaselineVersion get(String baseline, int number) {
    return VersionView.of(row(baseline, number));
  }

  /**
   * Drafts a version from values that a person typed.
   *
   * @param values as {@link TypedValues} reads them
   * @throws ProblemException not-found, invalid
   */
  public BaselineVersion type(
      String actor, String baseline, String label, Map<String, JsonNode> values) {
    return drafts.store(
        actor,
        baseline,
        new Draft(label, Origin.TYPED, TypedValues.read(values), Map.of(), List.of()));
  }

  /**
   * Drafts a version from what a device last proved to hold.
   *
   * @throws ProblemException not-found, invalid, or conflict when the device has given no evidence
   *     that serves
   */
  public BaselineVersion capture(String actor, String baseline, String label, Capture wanted) {
    String phase = wanted.phase() == null ? "" : wanted.phase();
    refuse(wanted, phase);
    Captured captured =
        evidence
            .of(wanted.device(), wanted.pcrs().contains(PHASED_PCR))
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.CONFLICT,
                    "No active device of this id has given evidence that serves; PCR 11 is"
                        + " taken from purpose unlock or provision only."));
    List<ReferenceValue> values =
        wanted.pcrs().stream()
            .sorted()
            .map(pcr ->
                new ReferenceValue(pcr, pcr == PHASED_PCR ? phase : "", captured.pcrs().value(pcr)))
            .toList();
    return drafts.store(
        actor,
        baseline,
        new Draft(
            label,
            Origin.CAPTURE,
            values,
            Map.of("device", wanted.device(), "attestation", captured.attestation()),
            List.of()));
  }

  private static void refuse(Capture wanted, String phase) {
    Violations violations = new Violations();
    for (int i = 0; i < wanted.pcrs().size(); i++) {
      int pcr = wanted.pcrs().get(i);
      violations.unless(
          Protocol.QUOTED_PCRS.contains(pcr), "/capture/pcrs/" + i, TypedValues.whyNot(pcr));
      violations.unless(
          wanted.pcrs().indexOf(pcr) == i, "/capture/pcrs/" + i, "names one PCR twice");
    }
    violations.unless(
        PhasePaths.isKnown(phase),
        "/capture/phase",
        "must be a phase path such as enter-initrd, or empty");
    violations.refuse();
  }

  /**
   * Makes a draft count where it is accepted. It never changes again.
   *
   * @throws ProblemException not-found, precondition-required, precondition-failed, conflict
   */
  public BaselineVersion publish(
      String actor, String baseline, int number, @Nullable String ifMatch) {
    return edit(
        actor,
        "baseline-version.publish",
        baseline,
        number,
        ifMatch,
        version -> {
          refuseUnless(version, VersionState.DRAFT);
          version.publish(now());
        });
  }

  /**
   * Makes a version count nowhere any more. There is no way back.
   *
   * @throws ProblemException not-found, precondition-required, precondition-failed, conflict
   */
  public BaselineVersion revoke(
      String actor, String baseline, int number, @Nullable String ifMatch) {
    return edit(
        actor,
        "baseline-version.revoke",
        baseline,
        number,
        ifMatch,
        version -> {
          refuseUnless(version, VersionState.PUBLISHED);
          version.revoke(now());
        });
  }

  private BaselineVersion edit(
      String actor,
      String act,
      String baseline,
      int number,
      @Nullable String ifMatch,
      Consumer<BaselineVersionRow> change) {
    return edits.edit(
        actor,
        act,
        subject(baseline, number),
        Map.of(),
        () -> {
          BaselineVersionRow version = row(baseline, number);
          Etags.require(ifMatch, version.rowVersion());
          change.accept(version);
          return VersionView.of(rows.saveAndFlush(version));
        });
  }

  /**
   * Removes a draft.
   *
   * @throws ProblemException not-found, precondition-required, precondition-failed, conflict
   */
  public void removeDraft(String actor, String baseline, int number, @Nullable String ifMatch) {
    acts.perform(
        actor,
        "baseline-version.remove-draft",
        subject(baseline, number),
        Map.of(),
        () -> {
          BaselineVersionRow version = row(baseline, number);
          Etags.require(ifMatch, version.rowVersion());
          refuseUnless(version, VersionState.DRAFT);
          rows.delete(version);
          return version.id();
        });
  }

  /**
   * The row of a version.
   *
   * @throws ProblemException not-found
   */
  BaselineVersionRow row(String baseline, int number) {
    return rows.find(baseline, number)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.NOT_FOUND, "No baseline has a version of this number."));
  }

  private static void refuseUnless(BaselineVersionRow version, VersionState state) {
    if (version.state() != state) {
      throw new ProblemException(ProblemCode.CONFLICT, "The version is " + version.state() + ".");
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String subject(String baseline, int number) {
    return "baseline/" + baseline + "/" + number;
  }
}
