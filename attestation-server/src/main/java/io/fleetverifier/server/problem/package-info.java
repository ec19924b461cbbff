// SPDX-License-Identifier: Apache-2.0
/**
 * Every error answer of the server: RFC 9457 problem documents, the one mapping from exceptions to
 * them, and the bounds on what a request may send.
 */
@NullMarked
package io.fleetverifier.server.problem;

import org.jspecify.annotations.NullMarked;
