// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called luks. */
@NullMarked
package io.fleetverifier.offenders.luks;

import org.jspecify.annotations.NullMarked;
