// SPDX-License-Identifier: Apache-2.0
/** The routes of the installation's keys. */
@NullMarked
package io.fleetverifier.server.keys.web;

import org.jspecify.annotations.NullMarked;
