// SPDX-License-Identifier: Apache-2.0
/** The route of the audit log. */
@NullMarked
package io.fleetverifier.server.audit.web;

import org.jspecify.annotations.NullMarked;
