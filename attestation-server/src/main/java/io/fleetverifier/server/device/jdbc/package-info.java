// SPDX-License-Identifier: Apache-2.0
/** The rows of devices, of those that wait to become one, and of what admits them. */
@NullMarked
package io.fleetverifier.server.device.jdbc;

import org.jspecify.annotations.NullMarked;
