// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is kept of an enrolment request while it is no device yet: in the enrolment token, and in
 * the row of one that waits.
 *
 * @param name the proposed device name
 * @param ak {@code TPMT_PUBLIC} of the attestation key
 * @param eks the endorsement keys as they were shown
 * @param intermediates DER certificates between those of the keys and a vendor's root
 */
public record Candidate(
    String name, Bytes ak, List<EnrolmentRequest.EndorsementKey> eks, List<Bytes> intermediates) {

  /** What fits an enrolment token; three times what real TPMs bring. */
  private static final int MOST_OCTETS = 44 * 1024;

  /** One that waits since before intermediates were kept has none. */
  public Candidate {
    eks = List.copyOf(eks);
    intermediates = List.copyOf(Objects.requireNonNullElse(intermediates, List.of()));
  }

  static Candidate of(EnrolmentRequest request) {
    return new Candidate(request.name(), request.ak(), request.eks(), kept(request));
  }

  /** The first ones that, with the keys and their certificates, fit. */
  private static List<Bytes> kept(EnrolmentRequest request) {
    int size = request.eks().stream().mapToInt(Candidate::size).sum();
    List<Bytes> kept = new ArrayList<>();
    for (Bytes intermediate :
        Objects.requireNonNullElse(request.intermediates(), List.<Bytes>of())) {
      size += intermediate.size();
      if (size > MOST_OCTETS) {
        break;
      }
      kept.add(intermediate);
    }
    return kept;
  }

  private static int size(EnrolmentRequest.EndorsementKey ek) {
    return ek.area().size() + (ek.certificate() == null ? 0 : ek.certificate().size());
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
