// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.EkFinding.Code;
import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.tpm.KeyProblem;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmuPublicId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges what the certificate of an endorsement key says, whoever signed it. */
final class LeafChecks {

  private static final String EK = "2.23.133.8.1";
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

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

  private final EkPolicy policy;
  private final Instant now;

  LeafChecks(EkPolicy policy, Instant now) {
    this.policy = policy;
    this.now = now;
  }

  /** Asked before all else: no other fault may hide that the operator denies it. */
  void requireNotDenied(EkCertificate certificate) {
    DenyList denied = policy.denied();
    if (denied.keys().contains(keyFingerprint(certificate))) {
      throw refuse(EkRefusal.DENIED, "a deny list names the key");
    }
    if (denied.names(certificate.x509())) {
      throw refuse(EkRefusal.DENIED, "a deny list names the certificate");
    }
    Optional<TpmIdentity> chip = certificate.identity().filter(denied::namesFirmware);
    if (chip.isPresent()) {
      throw refuse(
          EkRefusal.DENIED,
          "a deny list names firmware "
              + chip.get().version()
              + " of the maker "
              + chip.get().manufacturer());
    }
  }

  /** A key that no TPM could show is named as it stands in the certificate. */
  private static Bytes keyFingerprint(EkCertificate certificate) {
    return certificate.key().keyProblem().isEmpty()
        ? certificate.key().subjectPublicKeyInfo().sha256()
        : Bytes.copyOf(certificate.x509().getPublicKey().getEncoded()).sha256();
  }

  /** It is the certificate of a chip's key for encryption, valid and of a maker that counts. */
  TpmIdentity requireEk(EkCertificate certificate, List<EkFinding> findings) {
    TpmIdentity identity = requireForm(certificate);
    requireTime(certificate.x509(), findings);
    requireListedMaker(identity);
    return identity;
  }

  static void requireKey(EkCertificate certificate, Optional<TpmtPublic> area) {
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

  private static TpmIdentity requireForm(EkCertificate certificate) {
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

  private void requireTime(X509Certificate x509, List<EkFinding> findings) {
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

  private void requireListedMaker(TpmIdentity identity) {
    if (!policy.makers().isEmpty() && !policy.makers().contains(identity.manufacturer())) {
      throw refuse(
          EkRefusal.MANUFACTURER, "the maker " + identity.manufacturer() + " is not listed");
    }
  }

  private static EkCertificateException refuse(EkRefusal code, String text) {
    return new EkCertificateException(code, text);
  }
}
