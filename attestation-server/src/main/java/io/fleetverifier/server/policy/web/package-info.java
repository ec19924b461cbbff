// SPDX-License-Identifier: Apache-2.0
/** The route of the switch that stops all releases. */
@NullMarked
package io.fleetverifier.server.policy.web;

import org.jspecify.annotations.NullMarked;
