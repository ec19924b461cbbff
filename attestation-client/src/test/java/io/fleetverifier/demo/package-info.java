// SPDX-License-Identifier: Apache-2.0
/**
 * The story that {@code ./run demo} tells: a server, devices with software TPMs, an encrypted
 * volume, and attacks that fail. Devices are driven through the device program and operators
 * through the management API, as in earnest; only the attacks are written here.
 */
@NullMarked
package io.fleetverifier.demo;

import org.jspecify.annotations.NullMarked;
