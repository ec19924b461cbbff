// SPDX-License-Identifier: Apache-2.0
/** What breaks the rules for packages called tpm. */
@NullMarked
package io.fleetverifier.offenders.tpm;

import org.jspecify.annotations.NullMarked;
