// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.server.ekcert.VendorRoots.Pinned;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the paths of signatures from a certificate to configured roots. A signature counts, not
 * what a certificate says of itself; whether the CAs are fit is judged afterwards.
 */
final class CaPaths {

  private static final int LONGEST = 6;
  private static final int MOST_ATTEMPTS = 64;

  private final List<Issuer> issuers = new ArrayList<>();
  private final List<List<Issuer>> found = new ArrayList<>();
  private int attempts;

  /** A CA, and what the operator said of it where it is pinned. */
  record Issuer(X509Certificate certificate, boolean pinned, boolean root, Optional<String> maker) {

    static Issuer of(Pinned pinned) {
      return new Issuer(pinned.certificate(), true, pinned.isRoot(), pinned.maker());
    }

    static Issuer unpinned(X509Certificate certificate) {
      return new Issuer(certificate, false, false, Optional.empty());
    }
  }

  private CaPaths(VendorRoots roots, List<X509Certificate> intermediates) {
    roots.certificates().forEach(pinned -> issuers.add(Issuer.of(pinned)));
    intermediates.forEach(certificate -> issuers.add(Issuer.unpinned(certificate)));
  }

  /** All paths that were found, each from the direct issuer to a root. */
  static List<List<Issuer>> find(
      X509Certificate leaf, VendorRoots roots, List<X509Certificate> intermediates) {
    CaPaths search = new CaPaths(roots, intermediates);
    search.extend(leaf, List.of());
    return search.found;
  }

  private void extend(X509Certificate last, List<Issuer> path) {
    if (path.size() == LONGEST) {
      return;
    }
    for (Issuer issuer : issuers) {
      if (!mayHaveIssued(issuer, last) || path.contains(issuer)) {
        continue;
      }
      if (++attempts > MOST_ATTEMPTS) {
        return;
      }
      if (VendorRoots.isSignedBy(last, issuer.certificate)) {
        List<Issuer> longer = new ArrayList<>(path);
        longer.add(issuer);
        if (issuer.root) {
          found.add(List.copyOf(longer));
        } else {
          extend(issuer.certificate, longer);
        }
      }
    }
  }

  private static boolean mayHaveIssued(Issuer issuer, X509Certificate last) {
    return issuer.certificate.getSubjectX500Principal().equals(last.getIssuerX500Principal());
  }
}
