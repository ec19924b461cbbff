// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.util.List;

/**
 * Asks for a challenge (section 5).
 *
 * @param akName Name of the attestation key, 34 bytes
 * @param wanted volume names whose secrets are asked for
 */
public record ChallengeRequest(int protocol, Bytes akName, Purpose purpose, List<String> wanted) {
  public ChallengeRequest {
    Check.protocol(protocol);
    Check.size(akName, "akName", 34, 66);
    Check.present(purpose, "purpose");
    wanted = Check.volumes(wanted, "wanted");
    if (purpose == Purpose.REPORT && !wanted.isEmpty()) {
      throw new MalformedMessageException("purpose 'report' wants nothing");
    }
    if (purpose == Purpose.UNLOCK && wanted.isEmpty()) {
      throw new MalformedMessageException("purpose 'unlock' wants at least one volume");
    }
  }
}
