// SPDX-License-Identifier: Apache-2.0
/** What the tests of several features share: a real PostgreSQL for each test JVM. */
@NullMarked
package io.fleetverifier.server.testing;

import org.jspecify.annotations.NullMarked;
