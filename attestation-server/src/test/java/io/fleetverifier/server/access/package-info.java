// SPDX-License-Identifier: Apache-2.0
/** Tests of tokens, roles and access rules. */
@NullMarked
package io.fleetverifier.server.access;

import org.jspecify.annotations.NullMarked;
