// SPDX-License-Identifier: Apache-2.0
/** Immutable byte strings with value equality, hexadecimal and base64url. */
@NullMarked
package io.fleetverifier.bytes;

import org.jspecify.annotations.NullMarked;
