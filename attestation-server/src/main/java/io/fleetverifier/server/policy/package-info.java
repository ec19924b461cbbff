// SPDX-License-Identifier: Apache-2.0
/**
 * The one way in which anything that decides a verdict is edited, and the switch that stops all
 * releases.
 */
@NullMarked
package io.fleetverifier.server.policy;

import org.jspecify.annotations.NullMarked;
