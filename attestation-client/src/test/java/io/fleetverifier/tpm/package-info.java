// SPDX-License-Identifier: Apache-2.0
/** Tests of the TCG structures and of the arithmetic on them. */
@NullMarked
package io.fleetverifier.tpm;

import org.jspecify.annotations.NullMarked;
