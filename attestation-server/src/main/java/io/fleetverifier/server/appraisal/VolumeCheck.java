// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.DeviceFacts.Volume;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the volumes are those that were provisioned, and whether their secrets may be let go once
 * more. The pin keeps a swapped disk from getting the key of the right one.
 */
final class VolumeCheck {
  private static final int FIRST_WAIT_SECONDS = 60;
  private static final int LONGEST_WAIT_SECONDS = 3600;
  private static final int MOST_DOUBLINGS = 6;

  private final Claims claims;
  private final Map<String, Volume> volumes;
  private final int maxReleasesPerBoot;
  private final Findings findings;

  VolumeCheck(
      Claims claims, Map<String, Volume> volumes, int maxReleasesPerBoot, Findings findings) {
    this.claims = claims;
    this.volumes = volumes;
    this.maxReleasesPerBoot = maxReleasesPerBoot;
    this.findings = findings;
  }

  void check() {
    Map<String, Bytes> pins =
        claims.volumes().stream().collect(Collectors.toMap(VolumePin::name, VolumePin::pin));
    pins.forEach((name, pin) -> {
      checkPin(name, pin, volumes.get(name));
      checkConfirmed(name, volumes.get(name));
    });
    for (String name : claims.wanted()) {
      checkWanted(name, volumes.get(name), pins.containsKey(name));
      checkCount(name, volumes.get(name));
    }
  }

  private void checkPin(String name, Bytes pin, @Nullable Volume volume) {
    if (volume != null && volume.isActive() && !pin.equals(volume.pin())) {
      findings.add(new Reason.OfVolume(ReasonCode.VOLUME_PIN_MISMATCH, name));
    }
  }

  /** Provisioning that wants nothing confirms the volumes it names: each needs its secret. */
  private void checkConfirmed(String name, @Nullable Volume volume) {
    boolean confirms = claims.purpose() == Purpose.PROVISION && claims.wanted().isEmpty();
    if (confirms && (volume == null || !(volume.isActive() || volume.pending()))) {
      findings.add(new Reason.OfVolume(ReasonCode.NOT_PROVISIONED, name));
    }
  }

  private void checkWanted(String name, @Nullable Volume volume, boolean pinned) {
    boolean active = volume != null && volume.isActive();
    if (claims.purpose() == Purpose.UNLOCK && !active) {
      findings.add(new Reason.OfVolume(ReasonCode.NOT_PROVISIONED, name));
    }
    if (claims.purpose() == Purpose.UNLOCK && !pinned) {
      findings.add(new Reason.OfVolume(ReasonCode.VOLUME_PIN_MISSING, name));
    }
    if (claims.purpose() == Purpose.PROVISION && active) {
      findings.add(new Reason.OfVolume(ReasonCode.ALREADY_PROVISIONED, name));
    }
  }

  /** The wait doubles with each boot in a row that used its releases up. */
  private void checkCount(String name, @Nullable Volume volume) {
    if (volume != null && volume.releasesThisBoot() >= maxReleasesPerBoot) {
      int doublings = Math.clamp(volume.bootsAtTheLimit() - 1, 0, MOST_DOUBLINGS);
      int wait = Math.min(FIRST_WAIT_SECONDS << doublings, LONGEST_WAIT_SECONDS);
      findings.add(new Reason.RebootRequired(name, wait));
    }
  }
}
