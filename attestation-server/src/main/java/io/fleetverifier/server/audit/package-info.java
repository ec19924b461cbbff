// SPDX-License-Identifier: Apache-2.0
/**
 * Who did what to the registry: rows that are written once, with the act itself, and only read
 * after.
 */
@NullMarked
package io.fleetverifier.server.audit;

import org.jspecify.annotations.NullMarked;
