// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.VendorRoots.Pinned;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * What an operator pinned, put in order once for all TPMs: the CAs by their names, and the lists of
 * revocations by who signed them. Very many CAs may share a name, such as those that a tool makes
 * on each host.
 */
final class PinnedIssuers {

  /** Whose list it is; renewed and cross-signed certificates of a CA share both. */
  private record Signer(X500Principal name, Bytes key) {

    static Signer of(Issuer issuer) {
      return new Signer(issuer.subject(), issuer.key());
    }
  }

  private final Map<X500Principal, List<Issuer>> byName;
  private final Map<Bytes, Bytes> keys = new HashMap<>();
  private final Map<Signer, List<X509CRL>> lists = new HashMap<>();
  private final Map<X500Principal, List<X509CRL>> listsOfOthers = new HashMap<>();

  PinnedIssuers(List<Pinned> certificates, List<X509CRL> revocations) {
    this.byName =
        certificates.stream()
            .map(Issuer::of)
            .distinct()
            .collect(Collectors.groupingBy(Issuer::subject));
    certificates.forEach(pinned -> keys.put(pinned.fingerprint(), pinned.key()));
    revocations.forEach(this::assign);
  }

  private void assign(X509CRL list) {
    X500Principal name = list.getIssuerX500Principal();
    Map<Signer, Issuer> candidates = new HashMap<>();
    named(name).stream()
        .filter(Issuer::isCheckable)
        .forEach(issuer -> candidates.putIfAbsent(Signer.of(issuer), issuer));
    candidates.values().removeIf(issuer -> !Signatures.isSignedBy(list, issuer));
    candidates.keySet().forEach(signer -> add(lists, signer, list));
    if (candidates.isEmpty()) {
      add(listsOfOthers, name, list);
    }
  }

  private static <K> void add(Map<K, List<X509CRL>> map, K key, X509CRL list) {
    map.computeIfAbsent(key, any -> new ArrayList<>()).add(list);
  }

  /** The CAs of this name, in the order in which they were read. */
  List<Issuer> named(X500Principal name) {
    return byName.getOrDefault(name, List.of());
  }

  /** The key of a pinned certificate. */
  Optional<Bytes> key(Bytes fingerprint) {
    return Optional.ofNullable(keys.get(fingerprint));
  }

  /** The lists that a pinned CA of this name and key signed. */
  List<X509CRL> lists(Issuer issuer) {
    return lists.getOrDefault(Signer.of(issuer), List.of());
  }

  /** The lists of this name that no pinned CA signed: those of CAs that devices bring. */
  List<X509CRL> listsOfOthers(X500Principal name) {
    return listsOfOthers.getOrDefault(name, List.of());
  }
}
