// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.protocol.Purpose;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a group asks for a baseline.
 *
 * @param aspect what part of the boot it speaks of, such as {@code firmware} or {@code image}
 * @param purposes the purposes it is asked for
 * @param observeUntil until then a mismatch only warns; absent when it is enforced
 * @param versions published and revoked versions
 */
public record Binding(
    String baseline,
    String aspect,
    Set<Purpose> purposes,
    @Nullable Instant observeUntil,
    List<BaselineVersion> versions) {

  public Binding {
    purposes = Set.copyOf(purposes);
    versions = List.copyOf(versions);
  }

  /** Whether any version has rules over the boot's events. */
  public boolean needsLog() {
    return versions.stream().anyMatch(version -> !version.rules().isEmpty());
  }

  boolean serves(Purpose purpose) {
    return purposes.contains(purpose);
  }

  boolean isEnforcedAt(Instant now) {
    return observeUntil == null || !now.isBefore(observeUntil);
  }
}
