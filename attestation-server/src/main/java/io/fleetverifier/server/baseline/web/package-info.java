// SPDX-License-Identifier: Apache-2.0
/** Routes of golden measurements. */
@NullMarked
package io.fleetverifier.server.baseline.web;

import org.jspecify.annotations.NullMarked;
