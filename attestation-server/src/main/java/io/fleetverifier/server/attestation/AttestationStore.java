// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.Redemption;
import java.util.Optional;

/** The one read and the one write of an attestation. */
public interface AttestationStore {

  /**
   * What is on record for the attestation key with this Name; empty for an unknown or replaced one.
   */
  Optional<AttestationContext> find(Bytes akName);

  /**
   * Redeems the challenge and records the result with all that follows from it, or does nothing.
   * Returns after the commit.
   */
  Outcome record(AttestationRecord record);

  /** What became of a write. */
  sealed interface Outcome {
    /** Committed. */
    record Recorded(Redemption redemption) implements Outcome {}

    /** The challenge was redeemed before; nothing was written. */
    record Spent() implements Outcome {}

    /** Policy, device or TPM changed since they were read; nothing was written or spent. */
    record Outdated() implements Outcome {}
  }
}
