// SPDX-License-Identifier: Apache-2.0
/** Software TPMs and other things that tests of several modules need. */
@NullMarked
package io.fleetverifier.testing;

import org.jspecify.annotations.NullMarked;
