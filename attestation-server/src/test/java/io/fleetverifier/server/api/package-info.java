// SPDX-License-Identifier: Apache-2.0
/** Tests of what all routes share. */
@NullMarked
package io.fleetverifier.server.api;

import org.jspecify.annotations.NullMarked;
