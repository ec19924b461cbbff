// SPDX-License-Identifier: Apache-2.0
/**
 * Challenges: what a device must sign to show that its evidence is fresh. They are issued without
 * asking the database, opened without asking it, and spent once in it.
 */
@NullMarked
package io.fleetverifier.server.challenge;

import org.jspecify.annotations.NullMarked;
