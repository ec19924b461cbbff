// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the lists of revocations say. Source: RFC 5280 sections 5.2 and 6.3. */
final class Revocations {

  private static final String DELTA = "2.5.29.27";
  private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";

  private final PinnedIssuers pinned;
  private final Signatures signatures;

  Revocations(PinnedIssuers pinned, Signatures signatures) {
    this.pinned = pinned;
    this.signatures = signatures;
  }

  /** Whether any list of the issuer, complete or not, old or new, names the certificate. */
  boolean revokes(Issuer issuer, X509Certificate issued, Instant now) {
    return of(issuer, now).stream().anyMatch(list -> list.isRevoked(issued));
  }

  /** The list that shows what is not revoked: the newest one that leaves nothing out. */
  Optional<X509CRL> newestComplete(Issuer issuer, Instant now) {
    return of(issuer, now).stream()
        .filter(Revocations::isComplete)
        .max(Comparator.comparing(X509CRL::getThisUpdate));
  }

  private List<X509CRL> of(Issuer issuer, Instant now) {
    return Stream.concat(pinned.lists(issuer).stream(), foundNowOf(issuer))
        .filter(list -> !now.isBefore(list.getThisUpdate().toInstant()))
        .toList();
  }

  /** Who signed a list was found when it was read, but for CAs that only a device brings. */
  private Stream<X509CRL> foundNowOf(Issuer issuer) {
    return issuer.pinned()
        ? Stream.empty()
        : pinned.listsOfOthers(issuer.subject()).stream()
            .filter(list -> signatures.holds(list, issuer));
  }

  /** No part of another list, not of some certificates only, and nothing that is not understood. */
  private static boolean isComplete(X509CRL list) {
    Set<String> critical = list.getCriticalExtensionOIDs();
    return (critical == null || critical.isEmpty())
        && list.getExtensionValue(DELTA) == null
        && list.getExtensionValue(ISSUING_DISTRIBUTION_POINT) == null;
  }
}
