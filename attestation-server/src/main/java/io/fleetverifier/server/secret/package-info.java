// SPDX-License-Identifier: Apache-2.0
/**
 * The relying party: secrets at rest, and their release to one TPM in one boot. Takes a {@link
 * io.fleetverifier.server.appraisal.Trusted} and nothing less.
 */
@NullMarked
package io.fleetverifier.server.secret;

import org.jspecify.annotations.NullMarked;
