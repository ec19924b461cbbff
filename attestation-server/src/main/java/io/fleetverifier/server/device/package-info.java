// SPDX-License-Identifier: Apache-2.0
/**
 * Devices: how a TPM enrols, what admits it, and how its life goes on. A device is known by its
 * endorsement keys; everything here that writes a device's rows does it in one transaction.
 */
@NullMarked
package io.fleetverifier.server.device;

import org.jspecify.annotations.NullMarked;
