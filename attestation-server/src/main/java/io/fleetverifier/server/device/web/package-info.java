// SPDX-License-Identifier: Apache-2.0
/** The routes on which devices enrol. */
@NullMarked
package io.fleetverifier.server.device.web;

import org.jspecify.annotations.NullMarked;
