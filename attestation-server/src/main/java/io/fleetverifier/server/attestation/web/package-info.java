// SPDX-License-Identifier: Apache-2.0
/** HTTP in, HTTP out. */
@NullMarked
package io.fleetverifier.server.attestation.web;

import org.jspecify.annotations.NullMarked;
