// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A device's last authentic evidence under present policy, told to a person. */
public record PresentAppraisal(
    UUID attestation,
    Instant receivedAt,
    String purpose,
    String verdict,
    List<Why> reasons,
    List<Why> warnings) {

  /**
   * One reason.
   *
   * @param meaning one sentence
   * @param baseline which baseline it is about; absent for others
   * @param version number of the version that was booted, or of the nearest accepted one
   * @param differences PCR number to what the nearest accepted version holds and what was shown
   */
  public record Why(
      String code,
      String meaning,
      @Nullable String baseline,
      @Nullable String aspect,
      @Nullable Integer version,
      @Nullable String label,
      @Nullable SortedMap<Integer, Difference> differences) {}

  /** Two values of one PCR in hexadecimal; {@code shown} is absent when it was not quoted. */
  public record Difference(String expected, @Nullable String shown) {}
}
