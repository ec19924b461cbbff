// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmtPublic;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges certificates of endorsement keys. The checks, in order, the first failure ending it:
 *
 * <ol>
 *   <li>it is one certificate and nothing else but padding, with a name marked critical where the
 *       subject is empty
 *   <li>no deny list names its number, its key or the firmware
 *   <li>it is of the key that the TPM shows, where one was shown
 *   <li>the key is fit, and not of the faulty generator (ROCA)
 *   <li>no deny list names a CA that signatures lead to, and no CA has revoked it or a CA
 *   <li>it is not a CA's, its extended usage is that of an EK, and the key may encrypt or agree
 *   <li>it names maker, model and version of the chip
 *   <li>no critical extension is left that is not understood
 *   <li>its time has begun; and has not ended, where the policy asks
 *   <li>a path to a configured root is of fit CAs of its maker
 * </ol>
 *
 * <p>Sources: EKP, "EK certificate"; RFC 5280 sections 4.2 and 6.1.
 */
public final class EkCertificateVerifier {

  private final VendorRoots roots;
  private final EkPolicy policy;

  public EkCertificateVerifier(VendorRoots roots, EkPolicy policy) {
    this.roots = roots;
    this.policy = policy;
  }

  /**
   * Judges several keys of one TPM, with one bound on the work for all of them.
   *
   * @param intermediates DER certificates that came along; they are trusted for nothing
   */
  public TpmVerifier forIntermediates(List<Bytes> intermediates) {
    return new TpmVerifier(roots, policy, intermediates);
  }

  /**
   * Judges a certificate by itself.
   *
   * @param stored as an NV index or a file holds it
   * @param intermediates DER certificates that came along; they are trusted for nothing
   * @param now the time to judge by
   */
  public EkVerdict verify(Bytes stored, List<Bytes> intermediates, Instant now) {
    return forIntermediates(intermediates).verify(stored, Optional.empty(), now);
  }

  /**
   * Judges a certificate for a key that a TPM shows; for several keys of one TPM see {@link
   * #forIntermediates}.
   *
   * @param area the public area of the endorsement key
   */
  public EkVerdict verify(Bytes stored, TpmtPublic area, List<Bytes> intermediates, Instant now) {
    return forIntermediates(intermediates).verify(stored, area, now);
  }
}
