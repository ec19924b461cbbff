// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a release asks for besides a good boot.
 *
 * @param releasesOn the fleet-wide switch
 * @param sourceNetworks where evidence must come from; empty means anywhere
 * @param maxSilence longest time between two pieces of evidence; absent means any
 * @param maxReleasesPerBoot how often one secret is let go in one boot
 */
public record ReleasePolicy(
    boolean releasesOn,
    List<Network> sourceNetworks,
    @Nullable Duration maxSilence,
    int maxReleasesPerBoot) {
  public ReleasePolicy {
    sourceNetworks = List.copyOf(sourceNetworks);
  }
}
