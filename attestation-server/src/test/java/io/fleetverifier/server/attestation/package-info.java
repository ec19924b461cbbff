// SPDX-License-Identifier: Apache-2.0
/** Tests of the way of an attestation: software TPMs against a real PostgreSQL. */
@NullMarked
package io.fleetverifier.server.attestation;

import org.jspecify.annotations.NullMarked;
