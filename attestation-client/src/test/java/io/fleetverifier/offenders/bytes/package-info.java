// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called bytes. */
@NullMarked
package io.fleetverifier.offenders.bytes;

import org.jspecify.annotations.NullMarked;
