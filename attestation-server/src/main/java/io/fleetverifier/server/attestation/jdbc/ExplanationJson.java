// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.attestation.BootExplanation;
import org.jspecify.annotations.Nullable;

/** The column {@code attestation.explanation}. */
final class ExplanationJson {
  private ExplanationJson() {}

  /** Absent for trusted evidence. */
  static @Nullable String of(@Nullable BootExplanation explanation) {
    return explanation == null ? null : WireJson.strict().writeValueAsString(explanation);
  }

  static @Nullable BootExplanation read(@Nullable String json) {
    return json == null ? null : WireJson.lenient().readValue(json, BootExplanation.class);
  }
}
