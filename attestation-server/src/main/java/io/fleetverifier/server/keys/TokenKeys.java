// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The keys that seal tokens: one for new tokens, all for those that come back. */
@Component
public final class TokenKeys {

  /** Long enough for every replica to have read a new key before the first token uses it. */
  private static final Duration SPREADING = Duration.ofMinutes(2);

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

  /** The key that a token names. */
  public Optional<TokenKey> byId(Bytes keyId) {
    return keys.of(KeyPurpose.TOKEN).stream()
        .filter(key -> key.keyId().equals(keyId))
        .findFirst()
        .map(TokenKeys::tokenKey);
  }

  private static TokenKey tokenKey(ServerKey key) {
    return new TokenKey(key.keyId(), key.secret());
  }
}
