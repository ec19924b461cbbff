// SPDX-License-Identifier: Apache-2.0
/**
 * Golden measurements: what a baseline version holds, for which group it counts, and which groups
 * ask for it.
 */
@NullMarked
package io.fleetverifier.server.baseline;

import org.jspecify.annotations.NullMarked;
