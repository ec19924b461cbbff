// SPDX-License-Identifier: Apache-2.0
/** Wrapped keys in the database. */
@NullMarked
package io.fleetverifier.server.keys.jdbc;

import org.jspecify.annotations.NullMarked;
