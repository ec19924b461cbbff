// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Etags;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.baseline.Draft.Source;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRepository;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
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

  private final BaselineVersionRepository rows;
  private final Baselines baselines;
  private final Drafts drafts;
  private final VersionViews views;
  private final AuditedActs acts;
  private final PolicyEdits edits;
  private final InstantSource clock;

  BaselineVersions(
      BaselineVersionRepository rows,
      Baselines baselines,
      Drafts drafts,
      VersionViews views,
      AuditedActs acts,
      PolicyEdits edits,
      InstantSource clock) {
    this.rows = rows;
    this.baselines = baselines;
    this.drafts = drafts;
    this.views = views;
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
        rows.withValues(ids), query.most(), views::listed, version -> Cursor.of(version.number()));
  }

  /**
   * One version.
   *
   * @throws ProblemException not-found
   */
  public BaselineVersion get(String baseline, int number) {
    return views.whole(row(baseline, number));
  }

  /**
   * Drafts a version from values and rules that a person typed, at least one of both.
   *
   * @param values as {@link TypedValues} reads them
   * @throws ProblemException not-found, invalid
   */
  public BaselineVersion type(
      String actor,
      String baseline,
      String label,
      @Nullable Map<String, JsonNode> values,
      @Nullable VersionRules rules) {
    Content content = new Content(TypedValues.read(values), TypedRules.read(rules));
    return drafts.store(
        actor, baseline, new Draft(label, content, Source.of(Origin.TYPED), Map.of(), List.of()));
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
          return views.whole(rows.saveAndFlush(version));
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
