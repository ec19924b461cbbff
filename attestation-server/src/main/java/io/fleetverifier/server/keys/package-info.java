// SPDX-License-Identifier: Apache-2.0
/**
 * The key-encryption key, the keys of this installation that it wraps, and the sealing of secrets
 * at rest.
 */
@NullMarked
package io.fleetverifier.server.keys;

import org.jspecify.annotations.NullMarked;
