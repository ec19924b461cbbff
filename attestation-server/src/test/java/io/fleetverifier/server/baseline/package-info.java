// SPDX-License-Identifier: Apache-2.0
/** Tests of golden measurements below the web. */
@NullMarked
package io.fleetverifier.server.baseline;

import org.jspecify.annotations.NullMarked;
