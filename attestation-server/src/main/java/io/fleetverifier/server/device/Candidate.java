// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.server.problem.ProblemException;
import java.util.List;

/**
 * What is kept of an enrolment request while it is no device yet: in the enrolment token, and in
 * the row of one that waits.
 *
 * @param name the proposed device name
 * @param ak {@code TPMT_PUBLIC} of the attestation key
 * @param eks the endorsement keys as they were shown
 */
public record Candidate(String name, Bytes ak, List<EnrolmentRequest.EndorsementKey> eks) {

  public Candidate {
    eks = List.copyOf(eks);
  }

  static Candidate of(EnrolmentRequest request) {
    return new Candidate(request.name(), request.ak(), request.eks());
  }

  /** As it was kept. */
  public static Candidate fromJson(byte[] json) {
    return WireJson.strict().readValue(json, Candidate.class);
  }

  /** As it is kept. */
  public byte[] toJson() {
    return WireJson.strict().writeValueAsBytes(this);
  }

  /**
   * The same with every rule checked. They are checked again whenever it comes back from a token or
   * a row: what the code cannot see kept, it does not believe.
   *
   * @throws ProblemException AK_UNSUITABLE, EK_UNSUITABLE or EK_CERTIFICATE_MISMATCH
   */
  Applicant check() {
    return new Applicant(this, AttestationKeyRules.check(ak), EkSet.check(eks));
  }
}
