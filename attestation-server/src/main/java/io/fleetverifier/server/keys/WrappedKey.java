// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import java.time.Instant;

/** A stored key and when the database took it in. */
public record WrappedKey(NewKey key, Instant createdAt) {}
