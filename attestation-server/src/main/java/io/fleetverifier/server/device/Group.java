// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as it is shown.
 *
 * @param acceptUnproven whether it takes TPMs whose genuineness nobody vouches for
 * @param acceptJoinToken whether a join token admits an endorsed TPM
 * @param acceptApproval whether a person may admit an endorsed TPM
 * @param optionalEkTemplates EK templates, L-1 or L-2, whose proof may be missing
 * @param sourceNetworks CIDR blocks from which secrets are released; none means from everywhere
 * @param maxSilenceSeconds after so long without evidence no secret is released; absent: no limit
 * @param maxReleasesPerBoot per volume
 * @param attestEverySeconds how often its devices shall report
 * @param version for the ETag
 */
public record Group(
    String name,
    boolean acceptUnproven,
    boolean acceptJoinToken,
    boolean acceptApproval,
    List<String> optionalEkTemplates,
    List<String> sourceNetworks,
    @Nullable Long maxSilenceSeconds,
    int maxReleasesPerBoot,
    int attestEverySeconds,
    Instant createdAt,
    @JsonIgnore long version) {}
