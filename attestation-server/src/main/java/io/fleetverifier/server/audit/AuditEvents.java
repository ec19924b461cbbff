// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.audit;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import org.jspecify.annotations.Nullable;

/** The audit log, to be looked at. */
public interface AuditEvents {

  /** Which events are meant; what is absent does not matter. */
  record Filter(@Nullable String actor, @Nullable String act, @Nullable String subject) {}

  /** Events, newest first. */
  Page<AuditEvent> list(Filter filter, PageQuery query);
}
