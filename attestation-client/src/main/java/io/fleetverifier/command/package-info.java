// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that a device sends to its TPM, their responses, the sessions that authorise them,
 * and response codes. Everything that takes a slot in the TPM is a handle to be used in a
 * try-with-resources statement, so that it is flushed on success and failure alike.
 */
@NullMarked
package io.fleetverifier.command;

import org.jspecify.annotations.NullMarked;
