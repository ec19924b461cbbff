// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import io.fleetverifier.server.access.jpa.ApiToken;
import io.fleetverifier.server.access.jpa.ApiTokenRepository;
import io.fleetverifier.server.api.Cursor;
import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.audit.AuditedActs;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** API tokens: issue, recognise, list, revoke. */
@Component
public final class ApiTokens {

  private final ApiTokenRepository rows;
  private final AuditedActs acts;
  private final SecureRandom random;
  private final InstantSource clock;

  ApiTokens(ApiTokenRepository rows, AuditedActs acts, SecureRandom random, InstantSource clock) {
    this.rows = rows;
    this.acts = acts;
    this.random = random;
    this.clock = clock;
  }

  /** Makes a token. Its text is in the answer and nowhere else. */
  public IssuedApiToken issue(String actor, String name, Role role, Duration lifetime) {
    UUID id = UUID.randomUUID();
    return acts.perform(
        actor,
        "token.create",
        "token/" + id,
        Map.of("name", name, "role", role.toString()),
        () -> store(id, name, role, lifetime));
  }

  private IssuedApiToken store(UUID id, String name, Role role, Duration lifetime) {
    String text = TokenText.API.create(random);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant expiresAt = now.plus(lifetime);
    rows.save(new ApiToken(id, TokenText.hash(text), name, role.toString(), now, expiresAt));
    return new IssuedApiToken(id, name, role, expiresAt, text);
  }

  /** The caller that a token stands for: nobody when it is unknown, expired or revoked. */
  public Optional<Caller> recognise(String text) {
    if (!TokenText.API.isWellFormed(text)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Optional<ApiToken> row =
        rows.findByHash(TokenText.hash(text)).filter(token -> token.isUsable(now));
    row.ifPresent(token -> rows.noteUse(token.id(), now, now.minus(Duration.ofMinutes(1))));
    return row.map(token -> new Caller(token.id(), token.name(), Role.of(token.role())));
  }

  /** All tokens, in the order in which they were made. */
  public Page<ApiTokenView> list(PageQuery query) {
    Cursor after = query.after(Cursor.of(Instant.EPOCH, new UUID(0, 0)));
    return Page.of(
        rows.pageAfter(after.time(0), after.id(1), Limit.of(query.rows())),
        query.most(),
        ApiTokens::view,
        token -> Cursor.of(token.createdAt(), token.id()));
  }

  /**
   * Ends a token at once.
   *
   * @throws ProblemException not-found
   */
  public ApiTokenView revoke(String actor, UUID id) {
    return acts.perform(
        actor,
        "token.revoke",
        "token/" + id,
        Map.of(),
        () -> {
          ApiToken token =
              rows.findById(id)
                  .orElseThrow(
                      () -> new ProblemException(ProblemCode.NOT_FOUND, "no token has this id"));
          token.revoke(clock.instant().truncatedTo(ChronoUnit.MILLIS));
          return view(token);
        });
  }

  boolean hasUsable(Role role) {
    return rows.countUsable(role.toString(), clock.instant()) > 0;
  }

  private static ApiTokenView view(ApiToken token) {
    return new ApiTokenView(
        token.id(),
        token.name(),
        Role.of(token.role()),
        token.createdAt(),
        token.expiresAt(),
        token.revokedAt(),
        token.lastUsedAt());
  }
}
