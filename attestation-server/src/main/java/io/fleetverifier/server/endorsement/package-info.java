// SPDX-License-Identifier: Apache-2.0
/**
 * Whether vendors of TPMs vouch for endorsement keys, by the roots, the policy and the deny list of
 * this installation, at enrolment and ever again.
 */
@NullMarked
package io.fleetverifier.server.endorsement;

import org.jspecify.annotations.NullMarked;
