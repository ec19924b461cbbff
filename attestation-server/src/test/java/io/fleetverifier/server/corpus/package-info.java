// SPDX-License-Identifier: Apache-2.0
/**
 * Makes the negative corpus of docs/reference/negative-corpus, octet for octet the same each time,
 * and plays it.
 */
@NullMarked
package io.fleetverifier.server.corpus;

import org.jspecify.annotations.NullMarked;
