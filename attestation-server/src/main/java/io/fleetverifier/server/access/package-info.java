// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what on the management plane: API tokens, roles, and the one table of access rules.
 * The device plane knows no credential of this kind.
 */
@NullMarked
package io.fleetverifier.server.access;

import org.jspecify.annotations.NullMarked;
