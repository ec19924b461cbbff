// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called boot. */
@NullMarked
package io.fleetverifier.offenders.boot;

import org.jspecify.annotations.NullMarked;
