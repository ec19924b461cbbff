// SPDX-License-Identifier: Apache-2.0
/** Recognises callers of the management plane, applies the access rules, and serves the tokens. */
@NullMarked
package io.fleetverifier.server.access.web;

import org.jspecify.annotations.NullMarked;
