// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.server.api.Names;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which values to foretell from an image. */
public record ImageQuery(
    @Parameter(description = "Label of the version, such as 1.4.2.")
        @NotNull
        @Size(min = 1, max = 100)
        @Pattern(regexp = Names.LINE)
        String label,
    @Parameter(
            description =
                "PCRs among 4, 11, 12 and 13. When absent the baseline's aspect decides: 11, 12 and"
                    + " 13 for image, 4 for boot-chain.")
        @Size(min = 1, max = 4)
        @Nullable List<Integer> pcrs,
    @Parameter(description = "on or off: how the devices start the image. Needed for PCR 4.")
        @Pattern(regexp = "on|off")
        @Nullable String secureBoot,
    @Parameter(description = "Number of the profile, where the image has several; 0 when absent.")
        @Min(0)
        @Max(255)
        @Nullable Integer profile,
    @Parameter(
            description =
                "252 or later: how old the stub is, where the file does not tell and it matters.")
        @Pattern(regexp = "252|later")
        @Nullable String stub) {

  boolean isOfOldStub() {
    return "252".equals(stub);
  }

  boolean isSecureBootOn() {
    return "on".equals(secureBoot);
  }

  int profileOrDefault() {
    return profile == null ? 0 : profile;
  }
}
