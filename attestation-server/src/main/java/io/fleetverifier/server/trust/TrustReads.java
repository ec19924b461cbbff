// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import org.jspecify.annotations.Nullable;

/** Trust as it is now, to be polled. */
public interface TrustReads {

  /** Which devices are meant; what is absent does not matter. */
  record Filter(@Nullable String group, @Nullable String state) {}

  /** One row for each device ever enrolled, by name. */
  Page<TrustRow> devices(Filter filter, PageQuery query);

  /** The whole fleet in numbers. */
  TrustSummary summary();
}
