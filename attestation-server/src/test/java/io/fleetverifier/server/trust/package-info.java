// SPDX-License-Identifier: Apache-2.0
/** Tests of trust and its re-evaluation. */
@NullMarked
package io.fleetverifier.server.trust;

import org.jspecify.annotations.NullMarked;
