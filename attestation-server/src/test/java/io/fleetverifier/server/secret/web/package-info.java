// SPDX-License-Identifier: Apache-2.0
/** Tests of the routes of secrets. */
@NullMarked
package io.fleetverifier.server.secret.web;

import org.jspecify.annotations.NullMarked;
