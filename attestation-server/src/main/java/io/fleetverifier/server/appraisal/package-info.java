// SPDX-License-Identifier: Apache-2.0
/**
 * The core: is this evidence authentic, and does policy find it good? Mechanism is {@link
 * io.fleetverifier.server.appraisal.QuoteVerifier}, policy is {@link
 * io.fleetverifier.server.appraisal.Appraiser}. Nothing here reads a clock, a database, a setting
 * or the network: all that counts is handed in, and all that was found is handed back.
 */
@NullMarked
package io.fleetverifier.server.appraisal;

import org.jspecify.annotations.NullMarked;
