// SPDX-License-Identifier: Apache-2.0
/**
 * How often one address may ask for what costs the server something before it has proved anything.
 */
@NullMarked
package io.fleetverifier.server.limit;

import org.jspecify.annotations.NullMarked;
