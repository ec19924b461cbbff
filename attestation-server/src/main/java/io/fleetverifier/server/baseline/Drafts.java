// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.baseline.jpa.BaselineRow;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRepository;
import io.fleetverifier.server.baseline.jpa.BaselineVersionRow;
import io.fleetverifier.server.baseline.jpa.VersionSource;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Stores drafts, wherever their values come from, and says what a person should look at. */
@Component
final class Drafts {

  private final BaselineVersionRepository rows;
  private final Baselines baselines;
  private final RuleRows rules;
  private final KeptLogs keptLogs;
  private final VersionViews views;
  private final VersionWarnings warnings;
  private final AuditedActs acts;
  private final InstantSource clock;

  Drafts(
      BaselineVersionRepository rows,
      Baselines baselines,
      RuleRows rules,
      KeptLogs keptLogs,
      VersionViews views,
      VersionWarnings warnings,
      AuditedActs acts,
      InstantSource clock) {
    this.rows = rows;
    this.baselines = baselines;
    this.rules = rules;
    this.keptLogs = keptLogs;
    this.views = views;
    this.warnings = warnings;
    this.acts = acts;
    this.clock = clock;
  }

  /**
   * Stores a draft as the next version of the baseline.
   *
   * @param logs of boots that the draft refers to and that may not be kept yet
   * @throws io.fleetverifier.server.problem.ProblemException not-found
   */
  BaselineVersion store(String actor, String baseline, Draft draft, Bytes... logs) {
    BaselineVersion stored =
        acts.perform(
            actor,
            "baseline-version.draft",
            "baseline/" + baseline,
            draft.audited(),
            () -> {
              for (Bytes log : logs) {
                keptLogs.keep(log);
              }
              BaselineVersionRow row =
                  rows.saveAndFlush(row(actor, baselines.lock(baseline), draft));
              rules.insert(row.id(), draft.content().rules());
              return views.whole(row);
            });
    List<VersionWarning> all =
        Stream.concat(draft.warnings().stream(), warnings.of(draft.content()).stream())
            .distinct()
            .toList();
    return stored.with(all);
  }

  private BaselineVersionRow row(String actor, BaselineRow parent, Draft draft) {
    return new BaselineVersionRow(
        UUID.randomUUID(),
        parent,
        rows.lastNumber(parent) + 1,
        draft.label(),
        new VersionSource(
            draft.source().origin().toString(),
            draft.source().log(),
            views.stored(draft.source().image())),
        draft.content().values(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        actor);
  }
}
