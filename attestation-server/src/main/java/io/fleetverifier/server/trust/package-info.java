// SPDX-License-Identifier: Apache-2.0
/** Which devices are trusted, since when and why not, and keeping that true when policy changes. */
@NullMarked
package io.fleetverifier.server.trust;

import org.jspecify.annotations.NullMarked;
