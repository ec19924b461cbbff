// SPDX-License-Identifier: Apache-2.0
/**
 * A software TPM for tests, here and in the server: it makes evidence that holds, evidence that
 * lies in exactly one respect, and opens what was sealed for it.
 */
@NullMarked
package io.fleetverifier.tpm.testing;

import org.jspecify.annotations.NullMarked;
