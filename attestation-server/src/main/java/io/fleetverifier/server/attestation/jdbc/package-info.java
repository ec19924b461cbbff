// SPDX-License-Identifier: Apache-2.0
/** The one read and the one write of an attestation. */
@NullMarked
package io.fleetverifier.server.attestation.jdbc;

import org.jspecify.annotations.NullMarked;
