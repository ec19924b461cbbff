// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import java.util.Optional;
import java.util.UUID;

/** Findings as rows. */
public interface FindingRows {

  /** The findings of a device, newest first. */
  Page<Finding> list(UUID device, boolean openOnly, PageQuery query);

  /** One finding of a device, its row locked until the transaction ends. */
  Optional<Finding> lock(UUID device, UUID finding);

  /** Closes an open finding. */
  void acknowledge(UUID finding, String actor);
}
