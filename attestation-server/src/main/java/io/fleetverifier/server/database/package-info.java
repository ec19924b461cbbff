// SPDX-License-Identifier: Apache-2.0
/**
 * The database itself: the PostgreSQL that the server starts when it was given none, its two roles,
 * the monthly partitions, and the clock that every replica follows.
 */
@NullMarked
package io.fleetverifier.server.database;

import org.jspecify.annotations.NullMarked;
