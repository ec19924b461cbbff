// SPDX-License-Identifier: Apache-2.0
/** The route on which devices ask for challenges. */
@NullMarked
package io.fleetverifier.server.challenge.web;

import org.jspecify.annotations.NullMarked;
