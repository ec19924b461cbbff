// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;

/** Spent nonces, shared by all replicas. */
public interface Redemptions {

  /**
   * Spends a nonce in the caller's transaction: of any number of callers exactly one commits. A
   * second caller waits until the first has committed or rolled back.
   *
   * @param expiresAt end of the life of the token that the nonce came in
   * @return false when it was spent before
   */
  boolean redeem(Bytes nonce, Instant expiresAt);

  /** Forgets nonces whose tokens expired more than an hour ago; returns how many. */
  int prune();
}
