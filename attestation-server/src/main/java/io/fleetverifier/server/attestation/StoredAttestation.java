// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One authentic evidence and what became of it when it was received.
 *
 * @param reasons why it was not trusted
 * @param refusals why nothing was released although it may have been trusted
 * @param policyRevision under which it was appraised
 * @param pcrValues PCR number to value in hexadecimal
 * @param logs SHA-256 of the logs that came with it
 * @param boot what the boot log among them explained
 * @param explanation why it was not trusted; absent where it was
 */
public record StoredAttestation(
    UUID id,
    Instant receivedAt,
    String purpose,
    String verdict,
    List<String> reasons,
    List<String> refusals,
    List<String> warnings,
    List<MatchedVersion> matchedVersions,
    long policyRevision,
    String address,
    SortedMap<Integer, String> pcrValues,
    List<String> logs,
    @Nullable BootSummary boot,
    @Nullable BootExplanation explanation) {

  /** A baseline version that the boot equalled. */
  public record MatchedVersion(String baseline, int version, String label) {}
}
