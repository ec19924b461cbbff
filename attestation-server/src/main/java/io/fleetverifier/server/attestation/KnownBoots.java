// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import java.util.UUID;

/** What is on record of good boots. */
public interface KnownBoots {

  /**
   * What a version stands for: the image and the log that its values came from; without a log, that
   * of the device's latest trusted boot of the version, or of another device's of its group. Few
   * rows are read, whatever the fleet's size and however long the device has failed.
   */
  KnownBoot of(UUID version, UUID device);
}
