// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of the device.
 *
 * @param last what its TPM said last in the present epoch; absent before the first evidence
 * @param volumes its volumes by name
 * @param endorsementRefusal why its TPM does not count as genuine, as far as its group minds
 */
public record DeviceFacts(
    @Nullable TpmState last, Map<String, Volume> volumes, @Nullable ReasonCode endorsementRefusal) {
  public DeviceFacts {
    volumes = Map.copyOf(volumes);
  }

  /**
   * What a TPM last said of itself.
   *
   * @param clock milliseconds, unsigned
   * @param firmwareVersion unsigned
   * @param srkName absent when the owner hierarchy had a password
   * @param cleared that it was found cleared, until an operator opens a new epoch
   * @param receivedAt when
   */
  public record TpmState(
      long resetCount,
      long restartCount,
      long clock,
      boolean safe,
      long firmwareVersion,
      @Nullable Bytes srkName,
      boolean cleared,
      Instant receivedAt) {}

  /**
   * One volume and its secret.
   *
   * @param pin of the active version; absent while none is active
   * @param pending whether a version waits for its pin
   * @param releasesThisBoot how often its secret was let go since the reset that the quote shows
   * @param bootsAtTheLimit how many of the latest boots, without a gap, used their releases up
   */
  public record Volume(
      @Nullable Bytes pin, boolean pending, int releasesThisBoot, int bootsAtTheLimit) {
    boolean isActive() {
      return pin != null;
    }
  }
}
