// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import java.time.Instant;

/**
 * A baseline as it is shown.
 *
 * @param aspect what of a boot it is about: firmware, boot-chain, image, or any other word
 */
public record Baseline(String name, String aspect, Instant createdAt, String createdBy) {}
