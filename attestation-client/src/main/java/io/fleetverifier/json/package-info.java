// SPDX-License-Identifier: Apache-2.0
/**
 * The one mapping of protocol records to JSON, used by device and server alike: two mappings of the
 * same bytes would drift, and drift here is a security bug.
 */
@NullMarked
package io.fleetverifier.json;

import org.jspecify.annotations.NullMarked;
