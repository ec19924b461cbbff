// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem document as a client reads it (section 10).
 *
 * @param code stable word, such as {@code challenge-expired}
 * @param reason beside {@code enrolment-refused}: why
 * @param protocols beside {@code unsupported-protocol}: the numbers spoken
 */
public record Problem(
    @Nullable String type,
    @Nullable String title,
    int status,
    @Nullable String code,
    @Nullable String detail,
    @Nullable String requestId,
    boolean retryable,
    @Nullable String reason,
    @Nullable List<Integer> protocols) {}
