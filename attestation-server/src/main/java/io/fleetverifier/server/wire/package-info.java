// SPDX-License-Identifier: Apache-2.0
/**
 * Device messages over HTTP, in the protocol's own mapping of JSON and not that of the web
 * framework. The bounds of a body are kept before it gets here.
 */
@NullMarked
package io.fleetverifier.server.wire;

import org.jspecify.annotations.NullMarked;
