// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.trust;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Trust of one device, flat.
 *
 * @param state the one word: the first that holds of retired, revoked, never-attested, untrusted,
 *     stale, trusted. Silence is never shown as trust.
 * @param genuine why its TPM counts as genuine: registered, endorsed or unproven
 * @param verdict of the last authentic evidence under present policy; absent before the first
 * @param since when the state began
 * @param freshness fresh, stale (silent for more than twice the group's interval) or never
 */
public record TrustRow(
    UUID deviceId,
    String name,
    String group,
    String state,
    String lifecycle,
    @Nullable String genuine,
    @Nullable String verdict,
    List<String> reasonCodes,
    List<String> warningCodes,
    Instant since,
    @Nullable Instant lastEvidence,
    String freshness,
    long openFindings) {}
