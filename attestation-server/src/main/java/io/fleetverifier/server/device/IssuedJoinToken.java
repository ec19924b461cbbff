// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.time.Instant;
import java.util.UUID;

/**
 * A join token at the only moment at which its text is known.
 *
 * @param token what devices send as {@code joinToken}
 */
public record IssuedJoinToken(UUID id, String group, int uses, Instant expiresAt, String token) {

  /** Leaves the token's text out. */
  @Override
  public String toString() {
    return "IssuedJoinToken[id=" + id + ", group=" + group + ", uses=" + uses + "]";
  }
}
