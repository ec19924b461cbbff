// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.appraisal.EventRules;
import java.util.UUID;

/** The rules of versions, where they are stored. */
public interface RuleRows {

  /** Stores the rules of a draft, in the transaction that stores the draft. */
  void insert(UUID version, EventRules rules);

  /** The rules of a version; {@link EventRules#NONE} for one without. */
  EventRules of(UUID version);
}
