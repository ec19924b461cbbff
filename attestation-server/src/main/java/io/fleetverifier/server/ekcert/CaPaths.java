// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * Finds the paths of signatures from certificates of one TPM to configured roots. A signature
 * counts, not what a certificate says of itself; whether the CAs are fit is judged afterwards. That
 * a CA is denied or has revoked something counts also where no root is reached, and whatever other
 * path there is.
 */
final class CaPaths {

  private static final int LONGEST = 6;

  /** So many steps at most from one certificate: CAs that sign each other make very many paths. */
  private static final int MOST_STEPS = 256;

  private final PinnedIssuers pinned;
  private final List<Issuer> brought;
  private final Set<Bytes> deniedKeys;
  private final Signatures signatures = new Signatures();
  private final Revocations revocations;

  /**
   * Paths through the CAs of the operator and those that one device brings.
   *
   * @param intermediates of the device; what is pinned counts as that
   */
  CaPaths(VendorRoots roots, DenyList denied, List<Issuer> intermediates) {
    this.pinned = roots.issuers();
    this.brought =
        intermediates.stream()
            .filter(issuer -> pinned.key(issuer.fingerprint()).isEmpty())
            .distinct()
            .toList();
    this.deniedKeys = deniedKeys(denied);
    this.revocations = new Revocations(pinned, signatures);
  }

  /** A CA comes back under another certificate of its key; the key is what is not trusted. */
  private Set<Bytes> deniedKeys(DenyList denied) {
    Set<Bytes> keys = new HashSet<>(denied.authorities());
    denied.authorities().forEach(named -> pinned.key(named).ifPresent(keys::add));
    brought.stream()
        .filter(issuer -> denied.authorities().contains(issuer.fingerprint()))
        .map(Issuer::key)
        .forEach(keys::add);
    return keys;
  }

  Revocations revocations() {
    return revocations;
  }

  /**
   * Follows all signatures upwards from a certificate.
   *
   * @throws EkCertificateException DENIED or REVOKED where any of them leads to that
   */
  Reached reach(X509Certificate leaf, Instant now) {
    Map<X509Certificate, List<Issuer>> reached = new HashMap<>();
    Queue<X509Certificate> open = new ArrayDeque<>(List.of(leaf));
    Optional<X509Certificate> revoked = Optional.empty();
    while (!open.isEmpty()) {
      X509Certificate issued = open.remove();
      if (reached.containsKey(issued)) {
        continue;
      }
      List<Issuer> own = issuersOf(issued);
      reached.put(issued, own);
      for (Issuer issuer : own) {
        requireNotDenied(issuer);
        if (revocations.revokes(issuer, issued, now)) {
          revoked = Optional.of(issued);
        }
        if (!issuer.root()) {
          open.add(issuer.certificate());
        }
      }
    }
    revoked.ifPresent(CaPaths::refuseRevoked);
    return new Reached(leaf, reached);
  }

  private List<Issuer> issuersOf(X509Certificate issued) {
    return namedAsIssuerOf(issued)
        .filter(Issuer::isCheckable)
        .filter(issuer -> signatures.holds(issued, issuer))
        .toList();
  }

  private Stream<Issuer> namedAsIssuerOf(X509Certificate issued) {
    X500Principal name = issued.getIssuerX500Principal();
    return Stream.concat(
        pinned.named(name).stream(),
        brought.stream().filter(issuer -> issuer.subject().equals(name)));
  }

  private void requireNotDenied(Issuer issuer) {
    if (deniedKeys.contains(issuer.key())) {
      throw new EkCertificateException(
          EkRefusal.DENIED, "a deny list names the CA " + issuer.name());
    }
  }

  private static void refuseRevoked(X509Certificate revoked) {
    throw new EkCertificateException(
        EkRefusal.REVOKED, subject(revoked) + " was revoked by its CA");
  }

  /** What a text calls a certificate. */
  static String subject(X509Certificate certificate) {
    String name = PrintableText.name(certificate.getSubjectX500Principal());
    return name.isEmpty() ? "the certificate" : name;
  }

  private EkCertificateException untrusted(X509Certificate leaf) {
    String name = PrintableText.name(leaf.getIssuerX500Principal());
    boolean uncheckable = namedAsIssuerOf(leaf).anyMatch(issuer -> !issuer.isCheckable());
    return uncheckable
        ? new EkCertificateException(
            EkRefusal.CA_UNFIT,
            name
                + " has a key that is neither EC nor RSA of at most 4096 bits with a small exponent")
        : new EkCertificateException(
            EkRefusal.UNTRUSTED_ISSUER, "no path from " + name + " to a configured root");
  }

  /** What signatures lead to from one certificate. */
  final class Reached {

    private final X509Certificate leaf;
    private final Map<X509Certificate, List<Issuer>> issuersOf;
    private final List<List<Issuer>> paths = new ArrayList<>();
    private int steps;

    private Reached(X509Certificate leaf, Map<X509Certificate, List<Issuer>> issuersOf) {
      this.leaf = leaf;
      this.issuersOf = issuersOf;
    }

    /**
     * The paths that were found, each from the direct issuer to a root.
     *
     * @throws EkCertificateException where there is none, and where there are more signatures than
     *     are checked, since one of the others may lead to a CA that is denied
     */
    List<List<Issuer>> paths() {
      if (signatures.exhausted()) {
        throw new EkCertificateException(
            EkRefusal.TOO_MANY_SIGNATURES, "more signatures than are checked for one TPM");
      }
      extend(leaf, List.of());
      if (paths.isEmpty()) {
        throw untrusted(leaf);
      }
      return paths;
    }

    private void extend(X509Certificate last, List<Issuer> path) {
      if (path.size() == LONGEST) {
        return;
      }
      for (Issuer issuer : issuersOf.getOrDefault(last, List.of())) {
        if (path.contains(issuer)) {
          continue;
        }
        if (++steps > MOST_STEPS) {
          return;
        }
        List<Issuer> longer = new ArrayList<>(path);
        longer.add(issuer);
        if (issuer.root()) {
          paths.add(List.copyOf(longer));
        } else {
          extend(issuer.certificate(), longer);
        }
      }
    }
  }
}
