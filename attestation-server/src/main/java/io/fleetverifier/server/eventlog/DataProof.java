// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the digest of an event, in the replayed bank, proves of the event's data. */
public final class DataProof {

  static final DataProof NONE = new DataProof(null, false);
  static final DataProof CONTRADICTED = new DataProof(null, true);

  private final @Nullable Span proven;
  private final boolean contradicted;

  private DataProof(@Nullable Span proven, boolean contradicted) {
    this.proven = proven;
    this.contradicted = contradicted;
  }

  static DataProof of(Span proven) {
    return new DataProof(proven, false);
  }

  /** The part of the data that was measured; nothing else of the data may be believed. */
  public Optional<Span> proven() {
    return Optional.ofNullable(proven);
  }

  /** Whether the type demands that the data was measured, and it was not. */
  public boolean isContradicted() {
    return contradicted;
  }
}
