// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens that only this server can make and read: what a device carries between two requests, so
 * that nothing is stored for it before it has proved anything.
 */
@NullMarked
package io.fleetverifier.server.token;

import org.jspecify.annotations.NullMarked;
