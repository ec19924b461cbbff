// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem document as a client reads it (section 10). Whatever it lacks is absent: a
 * client then goes by the status of the answer.
 *
 * @param code stable word, such as {@code challenge-expired}
 * @param retryable whether the same intent, sent again later, may succeed
 * @param reason beside {@code enrolment-refused}: why
 * @param protocols beside {@code unsupported-protocol}: the numbers spoken
 */
public record Problem(
    @Nullable String type,
    @Nullable String title,
    @Nullable Integer status,
    @Nullable String code,
    @Nullable String detail,
    @Nullable String requestId,
    @Nullable Boolean retryable,
    @Nullable String reason,
    @Nullable List<Integer> protocols) {}
