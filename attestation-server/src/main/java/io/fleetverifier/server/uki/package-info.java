// SPDX-License-Identifier: Apache-2.0
/**
 * Unified kernel images: from the file alone, before any device runs it, the values that PCR 11 and
 * PCR 4 will have. Files are streamed, never held. Sources: UAPI.5 "Unified Kernel Image",
 * systemd-stub(7), systemd-measure(1); Microsoft "PE Format" and "Windows Authenticode Portable
 * Executable Signature Format".
 */
@NullMarked
package io.fleetverifier.server.uki;

import org.jspecify.annotations.NullMarked;
