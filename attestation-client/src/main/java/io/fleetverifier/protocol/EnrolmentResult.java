// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import java.util.UUID;

/**
 * Answer to {@link EnrolmentProof}.
 *
 * @param ekCode 16 base32 characters in groups of four, for a person to compare
 */
public record EnrolmentResult(int protocol, UUID deviceId, EnrolmentState state, String ekCode) {
  public EnrolmentResult {
    Check.protocol(protocol);
    Check.present(deviceId, "deviceId");
    Check.present(state, "state");
    Check.text(ekCode, "ekCode", 19);
  }
}
