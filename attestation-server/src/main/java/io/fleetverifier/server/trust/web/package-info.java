// SPDX-License-Identifier: Apache-2.0
/** Routes of trust and findings. */
@NullMarked
package io.fleetverifier.server.trust.web;

import org.jspecify.annotations.NullMarked;
