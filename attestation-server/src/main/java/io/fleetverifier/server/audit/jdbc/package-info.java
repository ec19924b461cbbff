// SPDX-License-Identifier: Apache-2.0
/** Reads of the audit log. */
@NullMarked
package io.fleetverifier.server.audit.jdbc;

import org.jspecify.annotations.NullMarked;
