// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.baseline.jpa.AcceptanceRepository;
import io.fleetverifier.server.baseline.jpa.AcceptanceRow;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
import io.fleetverifier.server.baseline.jpa.VersionState;
import io.fleetverifier.server.device.Groups;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Which versions count for which group. */
@Component
public final class Acceptances {

  private final AcceptanceRepository rows;
  private final BaselineVersions versions;
  private final Groups groups;
  private final PolicyEdits edits;
  private final InstantSource clock;

  Acceptances(
      AcceptanceRepository rows,
      BaselineVersions versions,
      Groups groups,
      PolicyEdits edits,
      InstantSource clock) {
    this.rows = rows;
    this.versions = versions;
    this.groups = groups;
    this.edits = edits;
    this.clock = clock;
  }

  /** Those of a group that were not ended, whether or not their time has come or passed. */
  public Page<Acceptance> list(String group, PageQuery query) {
    groups.row(group);
    Cursor after = query.after(Cursor.of("", 0));
    return Page.of(
        rows.pageAfter(group, after.word(0), after.count(1), Limit.of(query.rows())),
        query.most(),
        Acceptances::view,
        row -> Cursor.of(row.version().baseline().name(), row.version().number()));
  }

  /**
   * Makes a version count for a group; an acceptance of the same pair is replaced.
   *
   * @param from now when absent
   * @param until exclusive; without end when absent
   * @throws ProblemException not-found, invalid, or conflict when the version is not published
   */
  public Acceptance accept(
      String actor,
      String group,
      String baseline,
      int number,
      @Nullable Instant from,
      @Nullable Instant until) {
    Instant now = now();
    Instant start = from == null ? now : from;
    if (until != null && !until.isAfter(start)) {
      throw Violations.of("/until", "must be later than the start");
    }
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("group", group);
    detail.put("from", start);
    Optional.ofNullable(until).ifPresent(end -> detail.put("until", end));
    return edits.edit(
        actor,
        "acceptance.put",
        subject(baseline, number),
        detail,
        () -> {
          BaselineVersionRow version = versions.row(baseline, number);
          if (version.state() != VersionState.PUBLISHED) {
            throw new ProblemException(
                ProblemCode.CONFLICT, "The version is " + version.state() + ".");
          }
          rows.findOpen(group, baseline, number).ifPresent(open -> end(open, now));
          return view(
              rows.saveAndFlush(
                  new AcceptanceRow(
                      UUID.randomUUID(), version, groups.row(group), start, until, now, actor)));
        });
  }

  /**
   * Ends an acceptance at once.
   *
   * @throws ProblemException not-found
   */
  public void end(String actor, String group, String baseline, int number) {
    edits.edit(
        actor,
        "acceptance.end",
        subject(baseline, number),
        Map.of("group", group),
        () -> {
          AcceptanceRow open =
              rows.findOpen(group, baseline, number)
                  .orElseThrow(() ->
                      new ProblemException(
                          ProblemCode.NOT_FOUND,
                          "The group does not accept a version of this number."));
          end(open, now());
          return open.id();
        });
  }

  private void end(AcceptanceRow open, Instant now) {
    open.end(now);
    rows.saveAndFlush(open);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String subject(String baseline, int number) {
    return "baseline/" + baseline + "/" + number;
  }

  private static Acceptance view(AcceptanceRow row) {
    return new Acceptance(
        row.group().name(),
        row.version().baseline().name(),
        row.version().number(),
        row.validFrom(),
        row.validTo(),
        row.createdAt(),
        row.createdBy());
  }
}
