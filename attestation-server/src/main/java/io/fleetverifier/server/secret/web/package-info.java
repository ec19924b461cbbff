// SPDX-License-Identifier: Apache-2.0
/** Routes of secrets: what is known of them, never they themselves. */
@NullMarked
package io.fleetverifier.server.secret.web;

import org.jspecify.annotations.NullMarked;
