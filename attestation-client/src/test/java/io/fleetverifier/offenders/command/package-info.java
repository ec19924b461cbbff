// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called command. */
@NullMarked
package io.fleetverifier.offenders.command;

import org.jspecify.annotations.NullMarked;
