// SPDX-License-Identifier: Apache-2.0
/** Registry rows that people edit: groups, known EKs, join tokens. */
@NullMarked
package io.fleetverifier.server.device.jpa;

import org.jspecify.annotations.NullMarked;
