// SPDX-License-Identifier: Apache-2.0
/** The rows of judged endorsement keys and of the deny list. */
@NullMarked
package io.fleetverifier.server.endorsement.jdbc;

import org.jspecify.annotations.NullMarked;
