// SPDX-License-Identifier: Apache-2.0
/**
 * The device program: one small command line over {@link io.fleetverifier.client.Attester}, for the
 * initrd and for services. docs/reference/device-program.md describes it for people.
 */
@NullMarked
package io.fleetverifier.boot;

import org.jspecify.annotations.NullMarked;
