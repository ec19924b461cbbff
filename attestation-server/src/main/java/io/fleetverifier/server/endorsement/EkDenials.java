// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The deny list. Each edit judges all stored certificates again before it is answered: from then on
 * no secret is let go to a TPM that it denies.
 */
@Component
public final class EkDenials {
  /** All are read for each enrolment. */
  static final int MOST = 10_000;

  private final DenialRows rows;
  private final PolicyEdits edits;
  private final Rejudging rejudging;
  private final InstantSource clock;

  EkDenials(DenialRows rows, PolicyEdits edits, Rejudging rejudging, InstantSource clock) {
    this.rows = rows;
    this.edits = edits;
    this.rejudging = rejudging;
    this.clock = clock;
  }

  /** What is to be denied; the members are those of {@link EkDenial}, in their written forms. */
  public record NewDenial(
      EkDenial.Kind kind,
      @Nullable String fingerprint,
      @Nullable String issuer,
      @Nullable String serial,
      @Nullable String manufacturer,
      @Nullable String firstVersion,
      @Nullable String lastVersion,
      String note) {}

  public Page<EkDenial> list(PageQuery query) {
    Cursor after = query.after(Cursor.of(Instant.EPOCH, new UUID(0, 0)));
    return Page.of(
        rows.after(after.time(0), after.id(1), query.rows()),
        query.most(),
        Function.identity(),
        denial -> Cursor.of(denial.createdAt(), denial.id()));
  }

  /**
   * Adds an entry.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException conflict when the same is denied already, or the list is full
   */
  public EkDenial add(String actor, NewDenial wanted) {
    EkDenial denial =
        new EkDenial(
            UUID.randomUUID(),
            wanted.kind(),
            wanted.fingerprint(),
            wanted.issuer(),
            wanted.serial(),
            wanted.manufacturer(),
            wanted.firstVersion(),
            wanted.lastVersion(),
            wanted.note(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            actor);
    try {
      edits.edit(
          actor,
          "ek-denial.create",
          "ek-denial/" + denial.id(),
          detail(denial),
          () -> insert(denial));
    } catch (ProblemException denied) {
      // Whoever asks again may do so because no answer came the first time.
      requireComplete(rejudging.roundIfDue());
      throw denied;
    }
    requireComplete(rejudging.round());
    return denial;
  }

  /** The caller is not told that something holds for all while it does not. */
  private static void requireComplete(boolean complete) {
    if (!complete) {
      throw new ProblemException(
          ProblemCode.RETRY,
          "The list is changed, but some TPMs could not be judged by it; the log says which.");
    }
  }

  private EkDenial insert(EkDenial denial) {
    if (rows.count() >= MOST) {
      throw new ProblemException(
          ProblemCode.CONFLICT, "The deny list has %d entries and is full.".formatted(MOST));
    }
    if (!rows.insert(denial)) {
      throw new ProblemException(ProblemCode.CONFLICT, "This is denied already.");
    }
    return denial;
  }

  private static Map<String, String> detail(EkDenial denial) {
    Map<String, String> detail = new LinkedHashMap<>();
    detail.put("kind", denial.kind().word());
    put(detail, "fingerprint", denial.fingerprint());
    put(detail, "issuer", denial.issuer());
    put(detail, "serial", denial.serial());
    put(detail, "manufacturer", denial.manufacturer());
    put(detail, "firstVersion", denial.firstVersion());
    put(detail, "lastVersion", denial.lastVersion());
    detail.put("note", denial.note());
    return detail;
  }

  private static void put(Map<String, String> detail, String member, @Nullable String value) {
    if (value != null) {
      detail.put(member, value);
    }
  }

  /**
   * Removes an entry.
   *
   * @param actor who, as in {@link AuditLog#record}
   * @throws ProblemException not-found
   */
  public void remove(String actor, UUID id) {
    Map<String, Object> detail = new LinkedHashMap<>();
    edits.edit(
        actor,
        "ek-denial.delete",
        "ek-denial/" + id,
        detail,
        () -> {
          EkDenial gone =
              rows.delete(id)
                  .orElseThrow(
                      () -> new ProblemException(ProblemCode.NOT_FOUND, "No entry has this id."));
          detail.putAll(detail(gone));
          return gone;
        });
    requireComplete(rejudging.round());
  }
}
