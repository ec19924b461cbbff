// SPDX-License-Identifier: Apache-2.0
/**
 * Ways to a TPM: one command in, one response out. The only package that opens a TPM device or
 * socket.
 */
@NullMarked
package io.fleetverifier.transport;

import org.jspecify.annotations.NullMarked;
