// SPDX-License-Identifier: Apache-2.0
/**
 * What holds for every decoder of foreign bytes, whatever the bytes: played over fixed inputs with
 * the other tests, and by a coverage-guided fuzzer with {@code ./run fuzz}.
 */
@NullMarked
package io.fleetverifier.server.fuzz;

import org.jspecify.annotations.NullMarked;
