// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import java.util.List;
import java.util.UUID;

/** What is on record of secrets, without the secrets. */
public interface SecretInventory {

  /** The secrets of a device, by volume; versions newest first. */
  List<SecretDescription> of(UUID device);

  /**
   * Retires every version of the volume's secret that is pending or active.
   *
   * @return how many
   */
  int retire(UUID device, String volume);
}
