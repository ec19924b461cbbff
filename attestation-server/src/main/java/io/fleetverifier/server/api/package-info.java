// SPDX-License-Identifier: Apache-2.0
/**
 * What all routes of the management plane share: pages, cursors, preconditions, findings of bad
 * input.
 */
@NullMarked
package io.fleetverifier.server.api;

import org.jspecify.annotations.NullMarked;
