// SPDX-License-Identifier: Apache-2.0
/** What devices last showed, to capture golden measurements from and to try them against. */
@NullMarked
package io.fleetverifier.server.baseline.jdbc;

import org.jspecify.annotations.NullMarked;
