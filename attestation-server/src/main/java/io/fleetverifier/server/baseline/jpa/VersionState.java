// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.jpa;

import java.util.Locale;

/** Life of a baseline version. */
public enum VersionState {
  /** Counts for nobody; may be removed. */
  DRAFT,
  /** Never changes again; counts where it is accepted. */
  PUBLISHED,
  /** Counts nowhere any more, whatever accepts it. */
  REVOKED;

  static VersionState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The word in the API and in the database. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
