// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import io.fleetverifier.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Checks signatures: each once, and for one TPM only so many of those on certificates by CAs that
 * are not pinned, since a device chooses how many of one name it sends. How many are pinned, and
 * how many lists of revocations there are, is the operator's choice.
 */
final class Signatures {

  /** Eight keys, whose CAs of two kinds of key stand below two others each, need twelve. */
  private static final int MOST = 64;

  private final IdentityHashMap<Object, Map<Bytes, Boolean>> known = new IdentityHashMap<>();
  private int charged;
  private boolean exhausted;

  /** Whether the key of this issuer signed the certificate; false where no check is left. */
  boolean holds(X509Certificate certificate, Issuer issuer) {
    Boolean before = known(certificate).get(issuer.key());
    if (before != null) {
      return before;
    }
    if (!issuer.pinned() && charged++ >= MOST) {
      exhausted = true;
      return false;
    }
    return check(
        certificate, issuer, () -> VendorRoots.isSignedBy(certificate, issuer.certificate()));
  }

  /** Whether the key of this issuer signed the list. */
  boolean holds(X509CRL list, Issuer issuer) {
    Boolean before = known(list).get(issuer.key());
    return before != null ? before : check(list, issuer, () -> isSignedBy(list, issuer));
  }

  private Map<Bytes, Boolean> known(Object signed) {
    return known.computeIfAbsent(signed, any -> new HashMap<>());
  }

  private boolean check(Object signed, Issuer issuer, BooleanSupplier signature) {
    boolean holds = signature.getAsBoolean();
    known(signed).put(issuer.key(), holds);
    return holds;
  }

  /** Whether a signature was left unchecked, so that what was found is not all there is. */
  boolean exhausted() {
    return exhausted;
  }

  static boolean isSignedBy(X509CRL list, Issuer issuer) {
    try {
      list.verify(issuer.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException notIts) {
      // Foreign keys and algorithms fail in many ways; each means that the signature does not hold.
      return false;
    }
  }
}
