// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The keys that seal tokens: one for new tokens, older ones for tokens that come back. */
@Component
public final class TokenKeys {

  /** Long enough for every replica to have read a new key before the first token uses it. */
  private static final Duration SPREADING = Duration.ofMinutes(2);

  /** As long as a token sealed at the last moment may come back, by whichever clock. */
  private static final Duration OUTLIVES = Duration.ofSeconds(2L * Protocol.TOKEN_SECONDS);

  private final ServerKeys keys;
  private final InstantSource clock;

  TokenKeys(ServerKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** The newest key that every replica knows by now. */
  public TokenKey current() {
    Instant knownByAll = clock.instant().minus(SPREADING);
    List<ServerKey> all = keys.of(KeyPurpose.TOKEN);
    return all.reversed().stream()
        .filter(key -> !key.createdAt().isAfter(knownByAll))
        .findFirst()
        .map(TokenKeys::tokenKey)
        .orElseGet(() -> tokenKey(all.getFirst()));
  }

  /**
   * The key that a token names, unless it was replaced so long ago that all its tokens have
   * expired: a key that somebody stole is of no use to him any more.
   */
  public Optional<TokenKey> byId(Bytes keyId) {
    List<ServerKey> all = keys.of(KeyPurpose.TOKEN);
    Instant replaced = clock.instant().minus(SPREADING).minus(OUTLIVES);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).keyId().equals(keyId)) {
        boolean isOver = i + 1 < all.size() && all.get(i + 1).createdAt().isBefore(replaced);
        return isOver ? Optional.empty() : Optional.of(tokenKey(all.get(i)));
      }
    }
    return Optional.empty();
  }

  private static TokenKey tokenKey(ServerKey key) {
    return new TokenKey(key.keyId(), key.secret());
  }
}
