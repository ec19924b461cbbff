// SPDX-License-Identifier: Apache-2.0
/** Measures what the server costs, in processor time and against a yardstick of the same run. */
@NullMarked
package io.fleetverifier.server.bench;

import org.jspecify.annotations.NullMarked;
