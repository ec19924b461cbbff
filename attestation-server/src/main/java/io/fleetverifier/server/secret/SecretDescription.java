// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What may be said of a volume's secret: everything but what it is. */
public record SecretDescription(UUID id, String volume, Instant createdAt, List<Version> versions) {

  /**
   * One version.
   *
   * @param state pending, active or retired
   * @param pin of the volume in hexadecimal; absent until the version was active
   * @param releases how often it was let go
   */
  public record Version(
      int version,
      String state,
      @Nullable String pin,
      Instant createdAt,
      @Nullable Instant activatedAt,
      long releases,
      @Nullable Instant lastReleasedAt) {}
}
