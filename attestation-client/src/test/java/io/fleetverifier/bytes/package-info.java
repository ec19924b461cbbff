// SPDX-License-Identifier: Apache-2.0
/** Tests of the byte strings. */
@NullMarked
package io.fleetverifier.bytes;

import org.jspecify.annotations.NullMarked;
