// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.endorsement.EkJudgement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A proven enrolment that waits for a person.
 *
 * @param name as the device proposed it: nobody has confirmed it
 * @param ekCode to be compared with what the device's console shows
 * @param eks its endorsement keys, judged by what counts now
 * @param akName Name of its attestation key in hexadecimal
 */
public record WaitingDevice(
    UUID id,
    String name,
    String ekCode,
    String akName,
    String address,
    List<Ek> eks,
    Instant createdAt,
    Instant expiresAt) {

  public WaitingDevice {
    eks = List.copyOf(eks);
  }

  /** The same with these keys. */
  public WaitingDevice with(List<Ek> others) {
    return new WaitingDevice(id, name, ekCode, akName, address, others, createdAt, expiresAt);
  }

  /**
   * An endorsement key.
   *
   * @param genuine registered, endorsed or unproven
   * @param endorsement what was found of its certificate; absent where there is none
   */
  public record Ek(
      String fingerprint, String template, String genuine, @Nullable EkJudgement endorsement) {}
}
