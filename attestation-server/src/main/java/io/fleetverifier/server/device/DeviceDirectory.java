// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.api.Page;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.problem.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is on record of devices, to be looked at. */
public interface DeviceDirectory {

  /** Which devices are meant; what is absent does not matter. */
  record Filter(@Nullable String group, @Nullable String state, @Nullable String namePrefix) {}

  /** Devices by name. */
  Page<DeviceSummary> list(Filter filter, PageQuery query);

  /**
   * One device.
   *
   * @throws ProblemException not-found
   */
  DeviceDetail get(UUID device);

  /**
   * Ends a request about a device that is not on record.
   *
   * @throws ProblemException not-found
   */
  void require(UUID device);

  /** Enrolments that wait for a person, oldest first. */
  Page<WaitingDevice> waiting(PageQuery query);
}
