// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;

/**
 * Second message of an enrolment (section 4, step 5).
 *
 * @param token the token of the {@link EnrolmentChallenge}
 * @param proof 32 bytes, {@link Formulas#enrolmentProof}
 */
public record EnrolmentProof(int protocol, Bytes token, Bytes proof) {
  public EnrolmentProof {
    Check.protocol(protocol);
    Check.size(token, "token", 1, Protocol.MAX_TOKEN);
    Check.size(proof, "proof", 32, 32);
  }
}
