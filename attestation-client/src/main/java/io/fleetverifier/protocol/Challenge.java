// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;

/**
 * Answer to {@link ChallengeRequest}.
 *
 * @param token sealed challenge token, opaque to the device
 * @param expiresIn seconds
 */
public record Challenge(int protocol, Bytes token, int expiresIn) {
  public Challenge {
    Check.protocol(protocol);
    Check.size(token, "token", 1, Protocol.MAX_TOKEN);
    Check.least(expiresIn, "expiresIn", 0);
  }
}
