// SPDX-License-Identifier: Apache-2.0
/** What is known of secrets, without the secrets. */
@NullMarked
package io.fleetverifier.server.secret.jdbc;

import org.jspecify.annotations.NullMarked;
