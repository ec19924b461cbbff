// SPDX-License-Identifier: Apache-2.0
/**
 * The device program: enrols a machine, provisions its volumes, and unlocks them at boot. Described
 * in docs/reference/device-program.md.
 */
@NullMarked
package io.fleetverifier.boot;

import org.jspecify.annotations.NullMarked;
