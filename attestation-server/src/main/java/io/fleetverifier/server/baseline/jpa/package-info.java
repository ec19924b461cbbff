// SPDX-License-Identifier: Apache-2.0
/** Golden measurements as rows. */
@NullMarked
package io.fleetverifier.server.baseline.jpa;

import org.jspecify.annotations.NullMarked;
