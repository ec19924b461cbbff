// SPDX-License-Identifier: Apache-2.0
/**
 * The header of a LUKS2 volume: read once, checked, pinned, and kept for the program that opens the
 * volume. A header is not authenticated by LUKS itself, so whoever holds the disk can rewrite it;
 * what is opened with a released secret is therefore the very copy whose pin the server knows.
 */
@NullMarked
package io.fleetverifier.luks;

import org.jspecify.annotations.NullMarked;
