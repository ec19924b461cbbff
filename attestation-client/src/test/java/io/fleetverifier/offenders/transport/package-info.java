// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called transport. */
@NullMarked
package io.fleetverifier.offenders.transport;

import org.jspecify.annotations.NullMarked;
