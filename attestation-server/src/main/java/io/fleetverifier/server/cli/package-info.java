// SPDX-License-Identifier: Apache-2.0
/**
 * Programs in the server's jar that answer without a server: {@code inspect} reports on evidence.
 * It reports, where the server refuses; nothing here decides about a device.
 */
@NullMarked
package io.fleetverifier.server.cli;

import org.jspecify.annotations.NullMarked;
