// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called protocol. */
@NullMarked
package io.fleetverifier.offenders.protocol;

import org.jspecify.annotations.NullMarked;
