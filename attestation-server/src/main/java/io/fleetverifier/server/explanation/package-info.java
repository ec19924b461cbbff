// SPDX-License-Identifier: Apache-2.0
/**
 * Says in a sentence why a boot is not the expected one: two boot logs, or a log and what is known
 * of an image, are compared event by event, and of each event only what its digest proves counts.
 * For people; no decision rests on it.
 */
@NullMarked
package io.fleetverifier.server.explanation;

import org.jspecify.annotations.NullMarked;
