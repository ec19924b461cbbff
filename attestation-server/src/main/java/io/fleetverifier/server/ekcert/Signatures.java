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
 * Checks signatures: each once, and only so many for one TPM, since a device chooses how many
 * certificates of one name it sends.
 */
final class Signatures {

  /** Eight keys, whose CAs of two kinds of key stand below two others each, need twelve. */
  private static final int MOST = 64;

  private final IdentityHashMap<Object, Map<Bytes, Boolean>> known = new IdentityHashMap<>();
  private int checked;
  private boolean exhausted;

  /** Whether the key of this issuer signed the certificate; false where no check is left. */
  boolean holds(X509Certificate certificate, Issuer issuer) {
    return holds(
        certificate, issuer, () -> VendorRoots.isSignedBy(certificate, issuer.certificate()));
  }

  /** Whether the key of this issuer signed the list; false where no check is left. */
  boolean holds(X509CRL list, Issuer issuer) {
    return holds(list, issuer, () -> isSignedBy(list, issuer.certificate()));
  }

  private boolean holds(Object signed, Issuer issuer, BooleanSupplier check) {
    Map<Bytes, Boolean> byKey = known.computeIfAbsent(signed, any -> new HashMap<>());
    Boolean before = byKey.get(issuer.key());
    if (before != null) {
      return before;
    }
    if (checked == MOST) {
      exhausted = true;
      return false;
    }
    checked++;
    boolean holds = check.getAsBoolean();
    byKey.put(issuer.key(), holds);
    return holds;
  }

  /** Whether a signature was left unchecked, so that what was found is not all there is. */
  boolean exhausted() {
    return exhausted;
  }

  private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException notIts) {
      // Foreign keys and algorithms fail in many ways; each means that the signature does not hold.
      return false;
    }
  }
}
