// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.access.TokenText;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.device.jpa.JoinTokenRepository;
import io.fleetverifier.server.device.jpa.JoinTokenRow;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** Join tokens: issue, list, revoke. Enrolment counts their uses. */
@Component
public final class JoinTokens {

  private final JoinTokenRepository rows;
  private final Groups groups;
  private final AuditedActs acts;
  private final SecureRandom random;
  private final InstantSource clock;

  JoinTokens(
      JoinTokenRepository rows,
      Groups groups,
      AuditedActs acts,
      SecureRandom random,
      InstantSource clock) {
    this.rows = rows;
    this.groups = groups;
    this.acts = acts;
    this.random = random;
    this.clock = clock;
  }

  public Page<JoinToken> list(PageQuery query) {
    Cursor after = query.after(Cursor.of(Instant.EPOCH, new UUID(0, 0)));
    return Page.of(
        rows.pageAfter(after.time(0), after.id(1), Limit.of(query.rows())),
        query.most(),
        JoinTokens::view,
        token -> Cursor.of(token.createdAt(), token.id()));
  }

  /**
   * Makes a token. Its text is in the answer and nowhere else.
   *
   * @throws ProblemException invalid for an unknown group
   */
  public IssuedJoinToken issue(String actor, String group, int uses, Duration lifetime) {
    UUID id = UUID.randomUUID();
    return acts.perform(
        actor,
        "join-token.create",
        "join-token/" + id,
        Map.of("group", group, "uses", uses),
        () -> store(actor, id, group, uses, lifetime));
  }

  private IssuedJoinToken store(String actor, UUID id, String group, int uses, Duration lifetime) {
    String text = TokenText.JOIN.create(random);
    Instant now = now();
    JoinTokenRow row =
        new JoinTokenRow(
            id, TokenText.hash(text), groups.named(group), uses, now, now.plus(lifetime), actor);
    rows.saveAndFlush(row);
    return new IssuedJoinToken(id, group, uses, row.expiresAt(), text);
  }

  /**
   * Ends a token. Devices that it admitted stay.
   *
   * @throws ProblemException not-found
   */
  public JoinToken revoke(String actor, UUID id) {
    return acts.perform(
        actor,
        "join-token.revoke",
        "join-token/" + id,
        Map.of(),
        () -> {
          JoinTokenRow row =
              rows.findById(id)
                  .orElseThrow(
                      () -> new ProblemException(ProblemCode.NOT_FOUND, "no token has this id"));
          row.revoke(now());
          return view(row);
        });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static JoinToken view(JoinTokenRow row) {
    return new JoinToken(
        row.id(),
        row.group().name(),
        row.uses(),
        row.used(),
        row.createdAt(),
        row.createdBy(),
        row.expiresAt(),
        row.revokedAt());
  }
}
