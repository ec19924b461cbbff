// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.server.ekcert.EkFinding.Code;
import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.server.ekcert.EkPolicy.Revocation;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges the CAs between a certificate and a root. Source: RFC 5280 section 6.1. */
final class CaPathJudge {

  private static final int KEY_CERT_SIGN = 5;
  private static final int SMALLEST_MODULUS = 2048;
  private static final int SMALLEST_FIELD = 256;

  private final EkPolicy policy;
  private final Revocations revocations;
  private final Instant now;

  CaPathJudge(EkPolicy policy, Revocations revocations, Instant now) {
    this.policy = policy;
    this.revocations = revocations;
    this.now = now;
  }

  /**
   * The path with the fewest findings, which are added.
   *
   * @param paths not empty
   * @throws EkCertificateException when none is fit: then why not the first one
   */
  List<X509Certificate> best(
      EkCertificate certificate,
      TpmIdentity identity,
      List<List<Issuer>> paths,
      List<EkFinding> findings) {
    List<EkCertificateException> unfit = new ArrayList<>();
    List<Issuer> best = List.of();
    List<EkFinding> bestFindings = List.of();
    for (List<Issuer> path : paths) {
      try {
        List<EkFinding> own = judge(certificate.x509(), identity, path);
        if (best.isEmpty() || own.size() < bestFindings.size()) {
          best = path;
          bestFindings = own;
        }
      } catch (EkCertificateException reason) {
        unfit.add(reason);
      }
    }
    if (best.isEmpty()) {
      throw unfit.getFirst();
    }
    findings.addAll(bestFindings);
    return best.stream().map(Issuer::certificate).toList();
  }

  private List<EkFinding> judge(X509Certificate leaf, TpmIdentity identity, List<Issuer> path) {
    List<EkFinding> findings = new ArrayList<>();
    requireStrongLeaf(leaf, path.getFirst());
    for (int i = 0; i < path.size(); i++) {
      requireCa(path.get(i), i, findings);
    }
    requireMaker(identity, path);
    X509Certificate issued = leaf;
    for (Issuer issuer : path) {
      askForRevocations(issued, issuer, findings);
      issued = issuer.certificate();
    }
    return findings;
  }

  private void requireStrongLeaf(X509Certificate leaf, Issuer issuer) {
    if (SignatureStrength.isWeak(leaf) && !policy.sha1Issuers().contains(issuer.fingerprint())) {
      throw refuse(EkRefusal.WEAK_SIGNATURE, "the certificate is signed with SHA-1");
    }
  }

  /**
   * A CA is one, may sign certificates, and may have as many CAs below it.
   *
   * @param below the number of CAs below it on the path
   */
  private void requireCa(Issuer issuer, int below, List<EkFinding> findings) {
    X509Certificate ca = issuer.certificate();
    String name = issuer.name();
    if (ca.getBasicConstraints() < below) {
      throw refuse(EkRefusal.CA_UNFIT, name + " is no CA, or not of so many below it");
    }
    boolean[] usage = ca.getKeyUsage();
    if (usage != null && !usage[KEY_CERT_SIGN]) {
      throw refuse(EkRefusal.CA_UNFIT, name + " may not sign certificates");
    }
    if (!LeafChecks.UNDERSTOOD.containsAll(LeafChecks.critical(ca))) {
      throw refuse(
          EkRefusal.UNKNOWN_CRITICAL_EXTENSION, name + " has a critical extension not understood");
    }
    if (!isStrong(ca.getPublicKey())) {
      throw refuse(EkRefusal.CA_UNFIT, name + " has too short a key");
    }
    requireCaTime(ca, name, findings);
    requirePinnedWhereWeak(issuer, name, findings);
  }

  private static boolean isStrong(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= SMALLEST_MODULUS;
      case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= SMALLEST_FIELD;
      default -> false;
    };
  }

  private void requireCaTime(X509Certificate ca, String name, List<EkFinding> findings) {
    if (now.isBefore(ca.getNotBefore().toInstant())) {
      throw refuse(EkRefusal.NOT_YET_VALID, name + " is not valid yet");
    }
    if (now.isAfter(ca.getNotAfter().toInstant())) {
      String text = name + " ended on " + ca.getNotAfter().toInstant() + ".";
      if (policy.expired() == Expired.REFUSE) {
        throw refuse(EkRefusal.EXPIRED, text);
      }
      findings.add(new EkFinding(Code.CA_EXPIRED, text));
    }
  }

  /** The signature on a root proves nothing; on an intermediate only its being pinned does. */
  private static void requirePinnedWhereWeak(Issuer issuer, String name, List<EkFinding> findings) {
    if (issuer.root() || !SignatureStrength.isWeak(issuer.certificate())) {
      return;
    }
    if (!issuer.pinned()) {
      throw refuse(EkRefusal.WEAK_SIGNATURE, name + " is signed with SHA-1 and not pinned");
    }
    findings.add(new EkFinding(Code.SHA1_CA, name + " is signed with SHA-1; it counts as pinned."));
  }

  private static void requireMaker(TpmIdentity identity, List<Issuer> path) {
    for (Issuer issuer : path) {
      Set<String> makers =
          issuer
              .maker()
              .map(Set::of)
              .orElseGet(() -> Manufacturers.of(issuer.certificate().getSubjectX500Principal()));
      if (!makers.isEmpty() && !makers.contains(identity.manufacturer())) {
        throw refuse(
            EkRefusal.MANUFACTURER,
            "a CA of "
                + String.join(", ", makers)
                + " vouches for a chip of "
                + identity.manufacturer());
      }
    }
  }

  /** Nothing on the path is revoked, or it would not be one; that a fresh list says so counts. */
  private void askForRevocations(X509Certificate issued, Issuer issuer, List<EkFinding> findings) {
    String subject = CaPaths.subject(issued);
    Optional<X509CRL> complete = revocations.newestComplete(issuer, now);
    if (complete.isEmpty()) {
      unknown(Code.REVOCATION_NOT_CHECKED, "No list of revocations covers " + subject, findings);
    } else if (complete.get().getNextUpdate() == null
        || now.isAfter(complete.get().getNextUpdate().toInstant())) {
      unknown(Code.CRL_STALE, "The list of revocations for " + subject + " is old", findings);
    }
  }

  private void unknown(Code code, String text, List<EkFinding> findings) {
    if (policy.revocation() == Revocation.REFUSE_WHEN_UNKNOWN) {
      throw refuse(EkRefusal.REVOCATION_UNKNOWN, text);
    }
    // One such finding tells it all; most vendors' CAs publish no list that a device could bring.
    if (findings.stream().noneMatch(earlier -> earlier.code() == code)) {
      findings.add(new EkFinding(code, text + "."));
    }
  }

  private static EkCertificateException refuse(EkRefusal code, String text) {
    return new EkCertificateException(code, text);
  }
}
