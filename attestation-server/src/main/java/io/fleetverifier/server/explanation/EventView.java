// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One event for people; all text is safe to print.
 *
 * @param number the place in the log; absent where no log but an image tells what was expected
 * @param type the type that the log gives it, which nothing proves; absent as above
 * @param meaning what the digest proves of it, or that it proves nothing
 * @param verified whether the meaning is proven by the digest
 * @param hint what the log says beside, not verified; absent where it says nothing
 */
public record EventView(
    @Nullable Integer number,
    @Nullable String type,
    String meaning,
    Bytes digest,
    boolean verified,
    @Nullable String hint) {}
