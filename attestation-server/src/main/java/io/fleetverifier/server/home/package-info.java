// SPDX-License-Identifier: Apache-2.0
/**
 * The server's own folder on disk, files in it that nobody else may read, and refusals to start.
 */
@NullMarked
package io.fleetverifier.server.home;

import org.jspecify.annotations.NullMarked;
