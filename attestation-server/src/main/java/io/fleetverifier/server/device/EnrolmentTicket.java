// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.token.Lifespan;
import org.jspecify.annotations.Nullable;

/**
 * What stands in an enrolment token beside the credentials.
 *
 * @param nonce 32 random bytes; whoever redeems them first has spent the token
 * @param epoch the installation's epoch when it was made
 * @param joinTokenHash SHA-256 of the join token's text, or nothing
 */
record EnrolmentTicket(
    Bytes nonce, Lifespan life, int epoch, @Nullable Bytes joinTokenHash, Candidate candidate) {}
