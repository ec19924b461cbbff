// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.ekcert.EkPolicy.Expired;
import io.fleetverifier.server.ekcert.EkPolicy.Revocation;
import io.fleetverifier.server.ekcert.EkVerdict.Endorsed;
import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import io.fleetverifier.tpm.TpmtPublic;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** What tests of verdicts share. */
final class Judged {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  static final EkPolicy STRICT =
      new EkPolicy(
          Expired.ACCEPT_AND_TELL,
          Revocation.REFUSE_WHEN_UNKNOWN,
          Set.of(),
          Set.of(),
          DenyList.none());

  private Judged() {}

  /** The public area of a key that no other certificate is of. */
  static TpmtPublic anotherKey() {
    SubjectPublicKeyInfo key =
        SubjectPublicKeyInfo.getInstance(TestCa.ec().getPublic().getEncoded());
    return EkCertificate.read(TestCa.root().issue(leaf -> leaf.key = key)).key();
  }

  static VendorRoots trusting(TestCa... authorities) {
    return new VendorRoots(Arrays.stream(authorities).map(TestCa::pinned).toList(), List.of());
  }

  static VendorRoots with(VendorRoots roots, X509CRL... lists) {
    return new VendorRoots(roots.certificates(), List.of(lists));
  }

  static EkPolicy denying(DenyList denied) {
    return new EkPolicy(
        Expired.ACCEPT_AND_TELL, Revocation.TELL_WHEN_UNKNOWN, Set.of(), Set.of(), denied);
  }

  static void refused(EkRefusal code, EkVerdict verdict) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  static void endorsed(EkVerdict verdict) {
    assertThat(verdict).isInstanceOf(Endorsed.class);
  }
}
