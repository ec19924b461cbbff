// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.api.Names;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to take from a boot event log. */
public record LogQuery(
    @Parameter(description = "Label of the version, such as BIOS 2.19.")
        @NotNull
        @Size(min = 1, max = 100)
        @Pattern(regexp = Names.LINE)
        String label,
    @Parameter(
            description =
                "PCRs whose values are taken. When absent the baseline's aspect decides: 0 and 2 for"
                    + " firmware, 7 for secure-boot, 4 for boot-chain, 11 for image.")
        @Size(min = 1, max = 15)
        @Nullable List<Integer> pcrs) {}
