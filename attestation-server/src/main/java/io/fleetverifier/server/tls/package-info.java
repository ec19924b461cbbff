// SPDX-License-Identifier: Apache-2.0
/**
 * HTTPS from the first start: the installation's own certificate authority, short-lived server
 * certificates that renew themselves, and the files that tell devices whom to trust.
 */
@NullMarked
package io.fleetverifier.server.tls;

import org.jspecify.annotations.NullMarked;
