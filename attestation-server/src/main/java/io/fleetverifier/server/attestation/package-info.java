// SPDX-License-Identifier: Apache-2.0
/**
 * The way of one attestation. {@link io.fleetverifier.server.attestation.AttestationService} knows
 * the order of things and decides nothing itself.
 */
@NullMarked
package io.fleetverifier.server.attestation;

import org.jspecify.annotations.NullMarked;
