// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList.SerialNumber;
import io.fleetverifier.server.ekcert.EkFinding.Code;
import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.tpm.KeyProblem;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuPublicId;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges certificates of endorsement keys. The checks, in order, the first failure ending it:
 *
 * <ol>
 *   <li>it is one certificate and nothing else but padding, with a name marked critical where the
 *       subject is empty
 *   <li>it is of the key that the TPM shows, where one was shown
 *   <li>the key is fit, and not of the faulty generator (ROCA)
 *   <li>it is not a CA's, its extended usage is that of an EK, and the key may encrypt or agree
 *   <li>it names maker, model and version of the chip
 *   <li>no critical extension is left that is not understood
 *   <li>its time has begun; and has not ended, where the policy asks
 *   <li>no deny list names it
 *   <li>a path of fit CAs leads to a configured root of its maker
 * </ol>
 *
 * <p>Sources: EKP, "EK certificate"; RFC 5280 sections 4.2 and 6.1.
 */
public final class EkCertificateVerifier {

  private static final String EK = "2.23.133.8.1";
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;
  private static final int MOST_INTERMEDIATES = 16;
  private static final int LARGEST_INTERMEDIATE = 1 << 16;

  /** Extensions that are looked at here or that restrict nothing that matters here. */
  static final Set<String> UNDERSTOOD =
      Set.of(
          "2.5.29.15", // key usage
          "2.5.29.19", // basic constraints
          "2.5.29.17", // subject alternative name
          "2.5.29.37", // extended key usage
          "2.5.29.32", // certificate policies
          "2.5.29.31", // places of lists of revocations
          "2.5.29.9"); // subject directory attributes

  private final VendorRoots roots;
  private final EkPolicy policy;

  public EkCertificateVerifier(VendorRoots roots, EkPolicy policy) {
    this.roots = roots;
    this.policy = policy;
  }

  /**
   * Judges a certificate by itself.
   *
   * @param stored as an NV index or a file holds it
   * @param intermediates DER certificates that came along; they are trusted for nothing
   * @param now the time to judge by
   */
  public EkVerdict verify(Bytes stored, List<Bytes> intermediates, Instant now) {
    return verify(stored, Optional.empty(), intermediates, now);
  }

  /**
   * Judges a certificate for a key that a TPM shows.
   *
   * @param area the public area of the endorsement key
   */
  public EkVerdict verify(Bytes stored, TpmtPublic area, List<Bytes> intermediates, Instant now) {
    return verify(stored, Optional.of(area), intermediates, now);
  }

  private EkVerdict verify(
      Bytes stored, Optional<TpmtPublic> area, List<Bytes> intermediates, Instant now) {
    EkCertificate certificate;
    try {
      certificate = EkCertificate.read(stored);
    } catch (EkCertificateException unread) {
      return new Refused(
          unread.refusal(), String.valueOf(unread.getMessage()), Optional.empty(), List.of());
    }
    List<EkFinding> findings = new ArrayList<>(certificate.findings());
    try {
      requireKey(certificate, area);
      TpmIdentity identity = requireEk(certificate);
      requireTime(certificate.x509(), now, findings);
      requireNotDenied(certificate, identity);
      List<X509Certificate> others = readable(intermediates, findings);
      CaPathJudge judge = new CaPathJudge(roots, policy, now);
      List<X509Certificate> path = judge.best(certificate, identity, others, findings);
      return new Endorsed(certificate, identity, path, findings);
    } catch (EkCertificateException refused) {
      return new Refused(
          refused.refusal(),
          String.valueOf(refused.getMessage()),
          Optional.of(certificate),
          findings);
    }
  }

  private static void requireKey(EkCertificate certificate, Optional<TpmtPublic> area) {
    if (area.isPresent() && !certificate.isOf(area.get())) {
      throw refuse(EkRefusal.KEY_MISMATCH, "the certificate is of another key");
    }
    Optional<KeyProblem> problem = certificate.key().keyProblem();
    if (problem.isPresent()) {
      boolean roca = problem.get() == KeyProblem.MODULUS_ROCA;
      throw refuse(
          roca ? EkRefusal.KEY_ROCA : EkRefusal.KEY_WEAK,
          roca ? "the modulus is one of the faulty generator (ROCA)" : "the key is not fit");
    }
  }

  private static TpmIdentity requireEk(EkCertificate certificate) {
    X509Certificate x509 = certificate.x509();
    if (x509.getBasicConstraints() >= 0) {
      throw refuse(EkRefusal.IS_CA, "a certificate of a CA");
    }
    if (!extendedUsages(x509).contains(EK)) {
      throw refuse(EkRefusal.NOT_AN_EK, "its extended usage is not that of an endorsement key");
    }
    requireUsage(certificate);
    TpmIdentity identity =
        certificate
            .identity()
            .orElseThrow(() ->
                refuse(EkRefusal.NO_TPM_ATTRIBUTES, "it does not name maker, model and version"));
    if (!UNDERSTOOD.containsAll(critical(x509))) {
      throw refuse(EkRefusal.UNKNOWN_CRITICAL_EXTENSION, "a critical extension is not understood");
    }
    return identity;
  }

  /** A key that its own identifier keeps from signing needs no usage to say so. */
  private static void requireUsage(EkCertificate certificate) {
    boolean[] usage = certificate.x509().getKeyUsage();
    boolean fits =
        usage == null
            ? certificate.encryptionOnly()
            : usage[KEY_ENCIPHERMENT]
                || (usage[KEY_AGREEMENT] && certificate.key().unique() instanceof TpmuPublicId.Ecc);
    if (!fits) {
      throw refuse(EkRefusal.KEY_USAGE, "the key is not for encryption or key agreement");
    }
  }

  private static List<String> extendedUsages(X509Certificate x509) {
    try {
      List<String> usages = x509.getExtendedKeyUsage();
      return usages == null ? List.of() : usages;
    } catch (CertificateParsingException malformed) {
      return List.of();
    }
  }

  static Set<String> critical(X509Certificate x509) {
    Set<String> critical = x509.getCriticalExtensionOIDs();
    return critical == null ? Set.of() : new HashSet<>(critical);
  }

  private void requireTime(X509Certificate x509, Instant now, List<EkFinding> findings) {
    if (now.isBefore(x509.getNotBefore().toInstant())) {
      throw refuse(EkRefusal.NOT_YET_VALID, "valid only from " + x509.getNotBefore().toInstant());
    }
    if (now.isAfter(x509.getNotAfter().toInstant())) {
      String text = "The certificate ended on " + x509.getNotAfter().toInstant() + ".";
      if (policy.expired() == Expired.REFUSE) {
        throw refuse(EkRefusal.EXPIRED, text);
      }
      findings.add(new EkFinding(Code.EXPIRED, text));
    }
  }

  private void requireNotDenied(EkCertificate certificate, TpmIdentity identity) {
    DenyList denied = policy.denied();
    X509Certificate x509 = certificate.x509();
    SerialNumber number = new SerialNumber(x509.getIssuerX500Principal(), x509.getSerialNumber());
    if (denied.keys().contains(certificate.key().subjectPublicKeyInfo().sha256())) {
      throw refuse(EkRefusal.DENIED, "a deny list names the key");
    }
    if (denied.certificates().contains(number)) {
      throw refuse(EkRefusal.DENIED, "a deny list names the certificate");
    }
    if (denied.firmware().stream().anyMatch(range -> range.contains(identity))) {
      throw refuse(
          EkRefusal.DENIED,
          "a deny list names firmware "
              + identity.version()
              + " of the maker "
              + identity.manufacturer());
    }
    if (!policy.makers().isEmpty() && !policy.makers().contains(identity.manufacturer())) {
      throw refuse(
          EkRefusal.MANUFACTURER, "the maker " + identity.manufacturer() + " is not listed");
    }
  }

  private static List<X509Certificate> readable(
      List<Bytes> intermediates, List<EkFinding> findings) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Bytes der : intermediates.subList(0, Math.min(intermediates.size(), MOST_INTERMEDIATES))) {
      Optional<X509Certificate> certificate = intermediate(der);
      certificate.ifPresentOrElse(
          certificates::add,
          () ->
              findings.add(
                  new EkFinding(
                      Code.INTERMEDIATE_UNREADABLE,
                      "An intermediate certificate cannot be read; it was not used.")));
    }
    return certificates;
  }

  private static Optional<X509Certificate> intermediate(Bytes der) {
    if (der.size() > LARGEST_INTERMEDIATE) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          (X509Certificate)
              VendorRoots.factory().generateCertificate(new ByteArrayInputStream(der.toArray())));
    } catch (CertificateException | RuntimeException foreign) {
      // A parser of foreign bytes may throw anything; the certificate is of no use then.
      return Optional.empty();
    }
  }

  private static EkCertificateException refuse(EkRefusal code, String text) {
    return new EkCertificateException(code, text);
  }
}
