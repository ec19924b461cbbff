// SPDX-License-Identifier: Apache-2.0
/** The walls between the packages of this module. */
@NullMarked
package io.fleetverifier.architecture;

import org.jspecify.annotations.NullMarked;
