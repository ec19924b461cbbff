// SPDX-License-Identifier: Apache-2.0
/** API tokens as rows. */
@NullMarked
package io.fleetverifier.server.access.jpa;

import org.jspecify.annotations.NullMarked;
