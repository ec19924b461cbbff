// SPDX-License-Identifier: Apache-2.0
/**
 * Boot event logs as a firmware writes them: exact and bounded parsing, replay, what each event's
 * digest proves of its data, and what follows for Secure Boot. A log alone proves nothing: only
 * what replays to quoted values may be believed, and of that only what the digests cover. Sources:
 * TCG PC Client Platform Firmware Profile ("PFP"), TCG EFI Protocol, UEFI specification.
 */
@NullMarked
package io.fleetverifier.server.eventlog;

import org.jspecify.annotations.NullMarked;
