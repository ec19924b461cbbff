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
                "PCRs whose values are taken. When neither these nor rules are asked for, the"
                    + " baseline's aspect decides: 0 and 2 for firmware, 7 for secure-boot, 4 for"
                    + " boot-chain, 11 for image.")
        @Size(min = 1, max = 15)
        @Nullable List<Integer> pcrs,
    @Parameter(description = "PCRs whose events become a rule: no other may occur, in any order.")
        @Size(min = 1, max = 14)
        @Nullable List<Integer> allowed,
    @Parameter(description = "The same, and each of the events must occur.")
        @Size(min = 1, max = 14)
        @Nullable List<Integer> required,
    @Parameter(
            description =
                "true for a rule: Secure Boot on, the authorities of this boot and no other, and"
                    + " what is in its dbx at least.")
        @Nullable Boolean secureBoot) {

  boolean asksForRules() {
    return allowed != null || required != null || asksForSecureBoot();
  }

  boolean asksForSecureBoot() {
    return Boolean.TRUE.equals(secureBoot);
  }

  static List<Integer> orNone(@Nullable List<Integer> pcrs) {
    return pcrs == null ? List.of() : pcrs;
  }
}
