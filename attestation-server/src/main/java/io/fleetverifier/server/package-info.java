// SPDX-License-Identifier: Apache-2.0
/** The attestation server. */
@NullMarked
package io.fleetverifier.server;

import org.jspecify.annotations.NullMarked;
