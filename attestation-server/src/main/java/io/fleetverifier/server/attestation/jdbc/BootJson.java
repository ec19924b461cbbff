// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.attestation.BootSummary;
import org.jspecify.annotations.Nullable;

/** The column {@code attestation.boot}. */
final class BootJson {
  private BootJson() {}

  static String of(MeasuredBoot boot) {
    return WireJson.strict().writeValueAsString(BootSummary.of(boot));
  }

  /** Absent in rows from before the column. */
  static @Nullable BootSummary read(@Nullable String json) {
    return json == null ? null : WireJson.strict().readValue(json, BootSummary.class);
  }
}
