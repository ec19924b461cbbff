// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.device.Devices.LevelledKey;
import java.util.List;
import org.springframework.stereotype.Component;

/** What is to be seen of the endorsement keys of one that waits. */
@Component
public final class WaitingEks {
  private final Enrolments enrolments;

  WaitingEks(Enrolments enrolments) {
    this.enrolments = enrolments;
  }

  /** Its keys, judged by what counts now. */
  public List<WaitingDevice.Ek> of(Candidate candidate) {
    return enrolments.levelled(candidate.check()).stream().map(WaitingEks::view).toList();
  }

  private static WaitingDevice.Ek view(LevelledKey ek) {
    return new WaitingDevice.Ek(
        ek.key().fingerprint().toHex(),
        ek.key().template().label(),
        ek.genuine().word(),
        ek.endorsement().orElse(null));
  }
}
