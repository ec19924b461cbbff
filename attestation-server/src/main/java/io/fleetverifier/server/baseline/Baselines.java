// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.baseline.jpa.BaselineRepository;
import io.fleetverifier.server.baseline.jpa.BaselineRow;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Baselines: the named things that have versions. */
@Component
public final class Baselines {

  private final BaselineRepository rows;
  private final AuditedActs acts;
  private final InstantSource clock;

  Baselines(BaselineRepository rows, AuditedActs acts, InstantSource clock) {
    this.rows = rows;
    this.acts = acts;
    this.clock = clock;
  }

  public Page<Baseline> list(PageQuery query) {
    String after = query.after(Cursor.of("")).word(0);
    return Page.of(
        rows.pageAfter(after, Limit.of(query.rows())),
        query.most(),
        Baselines::view,
        row -> Cursor.of(row.name()));
  }

  /**
   * Makes a baseline. It has no version yet and changes no verdict.
   *
   * @throws ProblemException conflict when the name is taken
   */
  public Baseline create(String actor, String name, String aspect) {
    return acts.perform(
        actor,
        "baseline.create",
        "baseline/" + name,
        Map.of("aspect", aspect),
        () -> {
          if (rows.existsByName(name)) {
            throw new ProblemException(ProblemCode.CONFLICT, "A baseline has this name already.");
          }
          BaselineRow row =
              new BaselineRow(
                  UUID.randomUUID(),
                  name,
                  aspect,
                  clock.instant().truncatedTo(ChronoUnit.MILLIS),
                  actor);
          return view(rows.saveAndFlush(row));
        });
  }

  /**
   * The row of this name.
   *
   * @throws ProblemException not-found
   */
  BaselineRow row(String name) {
    return rows.findByName(name).orElseThrow(Baselines::unknown);
  }

  /** The same, locked until the transaction ends. */
  BaselineRow lock(String name) {
    return rows.lockByName(name).orElseThrow(Baselines::unknown);
  }

  private static ProblemException unknown() {
    return new ProblemException(ProblemCode.NOT_FOUND, "No baseline has this name.");
  }

  private static Baseline view(BaselineRow row) {
    return new Baseline(row.name(), row.aspect(), row.createdAt(), row.createdBy());
  }
}
