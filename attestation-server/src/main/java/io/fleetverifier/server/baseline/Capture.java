// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which values to take from a device's last authentic evidence.
 *
 * @param pcrs their numbers
 * @param phase the phase path under which PCR 11 is recorded; the image alone when absent
 */
public record Capture(
    @NotNull UUID device,
    @NotNull @Size(min = 1, max = 15) List<@NotNull Integer> pcrs,
    @Nullable String phase) {}
