// SPDX-License-Identifier: Apache-2.0
/** Tests of the routes of golden measurements. */
@NullMarked
package io.fleetverifier.server.baseline.web;

import org.jspecify.annotations.NullMarked;
