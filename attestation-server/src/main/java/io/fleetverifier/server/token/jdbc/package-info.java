// SPDX-License-Identifier: Apache-2.0
/** Spent nonces in the database. */
@NullMarked
package io.fleetverifier.server.token.jdbc;

import org.jspecify.annotations.NullMarked;
