// SPDX-License-Identifier: Apache-2.0
/** How the project's own value types are stored by JPA. */
@NullMarked
package io.fleetverifier.server.jpa;

import org.jspecify.annotations.NullMarked;
