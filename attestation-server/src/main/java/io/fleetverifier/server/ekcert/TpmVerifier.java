// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.CaPaths.Reached;
import io.fleetverifier.server.ekcert.EkFinding.Code;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.tpm.TpmtPublic;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges the certificates of the endorsement keys of one TPM. Signatures that were checked for one
 * key are not checked again for the next, and for all keys together only so many are; so make one
 * for each request, and use it in one thread. Made by {@link
 * EkCertificateVerifier#forIntermediates}, which tells the checks.
 */
public final class TpmVerifier {

  private static final int MOST_INTERMEDIATES = 16;
  private static final int LARGEST_INTERMEDIATE = 1 << 16;

  private final EkPolicy policy;
  private final List<EkFinding> unreadable = new ArrayList<>();
  private final CaPaths authorities;

  TpmVerifier(VendorRoots roots, EkPolicy policy, List<Bytes> intermediates) {
    this.policy = policy;
    this.authorities = new CaPaths(roots, policy.denied(), readable(intermediates, unreadable));
  }

  /**
   * Judges a certificate for a key that the TPM shows.
   *
   * @param certificate as an NV index or a file holds it
   * @param area the public area of the endorsement key
   * @param now the time to judge by
   */
  public EkVerdict verify(Bytes certificate, TpmtPublic area, Instant now) {
    return verify(certificate, Optional.of(area), now);
  }

  EkVerdict verify(Bytes stored, Optional<TpmtPublic> area, Instant now) {
    EkCertificate certificate;
    try {
      certificate = EkCertificate.read(stored);
    } catch (EkCertificateException unread) {
      return refused(unread, Optional.empty(), List.of());
    }
    List<EkFinding> findings = new ArrayList<>(certificate.findings());
    try {
      return endorsed(certificate, area, now, findings);
    } catch (EkCertificateException refused) {
      return refused(refused, Optional.of(certificate), findings);
    }
  }

  private Endorsed endorsed(
      EkCertificate certificate, Optional<TpmtPublic> area, Instant now, List<EkFinding> findings) {
    LeafChecks leaf = new LeafChecks(policy, now);
    leaf.requireNotDenied(certificate);
    LeafChecks.requireKey(certificate, area);
    Reached reached = authorities.reach(certificate.x509(), now);
    TpmIdentity identity = leaf.requireEk(certificate, findings);
    findings.addAll(unreadable);
    List<X509Certificate> path =
        new CaPathJudge(policy, authorities.revocations(), now)
            .best(certificate, identity, reached.paths(), findings);
    return new Endorsed(certificate, identity, path, findings);
  }

  private static Refused refused(
      EkCertificateException why, Optional<EkCertificate> read, List<EkFinding> findings) {
    return new Refused(why.refusal(), String.valueOf(why.getMessage()), read, findings);
  }

  private static List<Issuer> readable(List<Bytes> intermediates, List<EkFinding> findings) {
    List<Issuer> issuers = new ArrayList<>();
    for (Bytes der : intermediates.subList(0, Math.min(intermediates.size(), MOST_INTERMEDIATES))) {
      intermediate(der)
          .ifPresentOrElse(
              issuers::add,
              () ->
                  findings.add(
                      new EkFinding(
                          Code.INTERMEDIATE_UNREADABLE,
                          "An intermediate certificate cannot be read; it was not used.")));
    }
    return issuers;
  }

  private static Optional<Issuer> intermediate(Bytes der) {
    if (der.size() > LARGEST_INTERMEDIATE) {
      return Optional.empty();
    }
    try {
      Certificate certificate =
          VendorRoots.factory().generateCertificate(new ByteArrayInputStream(der.toArray()));
      return Optional.of(Issuer.unpinned((X509Certificate) certificate));
    } catch (CertificateException | RuntimeException foreign) {
      // A parser of foreign bytes may throw anything; the certificate is of no use then.
      return Optional.empty();
    }
  }
}
