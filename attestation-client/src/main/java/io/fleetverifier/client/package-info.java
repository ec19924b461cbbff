// SPDX-License-Identifier: Apache-2.0
/**
 * The device's side of the protocol: a TPM, a server that is believed only as far as its answer key
 * signs, and what goes on between them. Section numbers are of docs/reference/protocol.md.
 */
@NullMarked
package io.fleetverifier.client;

import org.jspecify.annotations.NullMarked;
