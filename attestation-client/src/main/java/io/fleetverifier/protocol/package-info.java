// SPDX-License-Identifier: Apache-2.0
/**
 * What device and server must agree on beyond the TPM's own structures: the messages of protocol
 * version 1 as records, and the formulas that bind them to one another. The text of it is
 * docs/reference/protocol.md; section numbers in this package are of that page.
 */
@NullMarked
package io.fleetverifier.protocol;

import org.jspecify.annotations.NullMarked;
