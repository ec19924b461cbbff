// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.baseline.jpa.BindingRepository;
import io.fleetverifier.server.baseline.jpa.BindingRow;
import io.fleetverifier.server.device.Groups;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Which groups ask for which baselines. */
@Component
public final class Bindings {

  /** An observation is for the days of a roll-out, never for good. */
  private static final Duration LONGEST_OBSERVATION = Duration.ofDays(90);

  private final BindingRepository rows;
  private final Baselines baselines;
  private final Groups groups;
  private final Coverage coverage;
  private final PolicyEdits edits;
  private final InstantSource clock;

  Bindings(
      BindingRepository rows,
      Baselines baselines,
      Groups groups,
      Coverage coverage,
      PolicyEdits edits,
      InstantSource clock) {
    this.rows = rows;
    this.baselines = baselines;
    this.groups = groups;
    this.coverage = coverage;
    this.edits = edits;
    this.clock = clock;
  }

  public Page<Binding> list(String group, PageQuery query) {
    groups.row(group);
    String after = query.after(Cursor.of("")).word(0);
    return Page.of(
        rows.pageAfter(group, after, Limit.of(query.rows())),
        query.most(),
        Bindings::view,
        row -> Cursor.of(row.baseline().name()));
  }

  /**
   * One binding.
   *
   * @throws ProblemException not-found
   */
  public Binding get(String group, String baseline) {
    return view(row(group, baseline));
  }

  /**
   * Makes a group ask for a baseline, or changes how.
   *
   * @throws ProblemException not-found, invalid
   */
  public Binding put(
      String actor,
      String group,
      String baseline,
      Set<Purpose> purposes,
      @Nullable Instant observeUntil) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    refuse(observeUntil, now);
    List<String> words = purposes.stream().sorted().map(Purpose::toString).toList();
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("baseline", baseline);
    detail.put("purposes", words);
    Optional.ofNullable(observeUntil).ifPresent(end -> detail.put("observeUntil", end));
    Binding bound =
        edits.edit(
            actor,
            "binding.put",
            "group/" + group,
            detail,
            () -> {
              BindingRow row =
                  rows.find(group, baseline)
                      .orElseGet(() ->
                          new BindingRow(
                              UUID.randomUUID(),
                              groups.row(group),
                              baselines.row(baseline),
                              words,
                              observeUntil,
                              now,
                              actor));
              row.change(words, observeUntil);
              return view(rows.saveAndFlush(row));
            });
    return bound.with(GroupLint.of(coverage.of(group)));
  }

  private static void refuse(@Nullable Instant observeUntil, Instant now) {
    if (observeUntil != null
        && (!observeUntil.isAfter(now) || observeUntil.isAfter(now.plus(LONGEST_OBSERVATION)))) {
      throw Violations.of("/observeUntil", "must lie in the next 90 days");
    }
  }

  /**
   * Makes a group ask for a baseline no longer.
   *
   * @throws ProblemException not-found
   */
  public void remove(String actor, String group, String baseline) {
    edits.edit(
        actor,
        "binding.delete",
        "group/" + group,
        Map.of("baseline", baseline),
        () -> {
          BindingRow row = row(group, baseline);
          rows.delete(row);
          return row.id();
        });
  }

  private BindingRow row(String group, String baseline) {
    return rows.find(group, baseline)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.NOT_FOUND, "The group does not ask for a baseline of this name."));
  }

  private static Binding view(BindingRow row) {
    return new Binding(
        row.group().name(),
        row.baseline().name(),
        row.purposes(),
        row.observeUntil(),
        row.createdAt(),
        row.createdBy(),
        null);
  }
}
