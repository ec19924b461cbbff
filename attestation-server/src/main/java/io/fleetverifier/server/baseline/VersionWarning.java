// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.eventlog.BaselineLint;

/**
 * Something about a version that a person should look at before it is published.
 *
 * @param code stable word
 */
public record VersionWarning(String code, String detail) {

  static VersionWarning of(BaselineLint.Warning warning) {
    return new VersionWarning(warning.code().name(), warning.text());
  }
}
