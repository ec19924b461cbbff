// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called json. */
@NullMarked
package io.fleetverifier.offenders.json;

import org.jspecify.annotations.NullMarked;
