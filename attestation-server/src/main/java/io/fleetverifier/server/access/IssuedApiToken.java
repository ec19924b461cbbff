// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import java.time.Instant;
import java.util.UUID;

/**
 * A token at the only moment at which its text is known.
 *
 * @param token what the caller sends as {@code Authorization: Bearer …}
 */
public record IssuedApiToken(UUID id, String name, Role role, Instant expiresAt, String token) {

  /** Leaves the token's text out. */
  @Override
  public String toString() {
    return "IssuedApiToken[id=" + id + ", name=" + name + ", role=" + role + "]";
  }
}
