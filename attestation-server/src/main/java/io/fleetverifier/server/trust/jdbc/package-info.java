// SPDX-License-Identifier: Apache-2.0
/** Reads of trust and the writes of re-evaluation. */
@NullMarked
package io.fleetverifier.server.trust.jdbc;

import org.jspecify.annotations.NullMarked;
