// SPDX-License-Identifier: Apache-2.0
/** The walls between the packages of the server, and what pages say of its tests. */
@NullMarked
package io.fleetverifier.server.architecture;

import org.jspecify.annotations.NullMarked;
