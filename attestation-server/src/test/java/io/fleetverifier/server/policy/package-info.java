// SPDX-License-Identifier: Apache-2.0
/** Tests of policy edits. */
@NullMarked
package io.fleetverifier.server.policy;

import org.jspecify.annotations.NullMarked;
