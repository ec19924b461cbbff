// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import org.jspecify.annotations.Nullable;

/**
 * How one register came to differ.
 *
 * @param status how the device's log and the quoted value belong together
 * @param cause of this register alone
 * @param expected the first event that differs, on the expected side; absent where that side has no
 *     further event or is not known
 * @param actual the same of the device
 */
public record PcrDifference(
    int pcr,
    Status status,
    Cause cause,
    @Nullable EventView expected,
    @Nullable EventView actual) {}
