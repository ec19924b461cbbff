// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.api.Names;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members of a group to be set; what is absent stays as it is, or as it is by default in a new
 * group. The members are those of {@link Group}.
 *
 * @param name of a new group; an existing one keeps its name
 * @param maxSilenceSeconds 0 lifts the limit
 */
public record GroupChange(
    @Pattern(regexp = Names.NAME) @Nullable String name,
    @Nullable Boolean acceptUnproven,
    @Nullable Boolean acceptJoinToken,
    @Nullable Boolean acceptApproval,
    @Size(max = 2) @Nullable List<@NotNull @Pattern(regexp = "L-[12]") String> optionalEkTemplates,
    @Size(max = 64) @Nullable List<@NotNull @Size(max = 49) String> sourceNetworks,
    @Min(0) @Max(315_360_000) @Nullable Long maxSilenceSeconds,
    @Min(1) @Max(1000) @Nullable Integer maxReleasesPerBoot,
    @Min(60) @Max(604_800) @Nullable Integer attestEverySeconds) {}
