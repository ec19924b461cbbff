// SPDX-License-Identifier: Apache-2.0
/** Tests of the routes of devices and groups. */
@NullMarked
package io.fleetverifier.server.device.web;

import org.jspecify.annotations.NullMarked;
