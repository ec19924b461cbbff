// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.ekcert.DenyList;
import io.fleetverifier.server.ekcert.EkCertificateVerifier;
import io.fleetverifier.server.ekcert.TpmVerifier;
import io.fleetverifier.tpm.TpmtPublic;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Judges endorsement keys by the present roots, policy and deny list. */
@Component
public final class EkJudge {
  private final VendorFolder folder;
  private final EkProperties policy;
  private final DenialRows denials;
  private final InstantSource clock;

  EkJudge(VendorFolder folder, EkProperties policy, DenialRows denials, InstantSource clock) {
    this.folder = folder;
    this.policy = policy;
    this.denials = denials;
    this.clock = clock;
  }

  /**
   * What counts now. In a transaction that holds the policy, it counts until that one ends.
   *
   * @param digest of roots, policy, deny list and day: where it is equal, all is judged alike
   */
  public record Present(
      EkCertificateVerifier verifier, DenyList denied, Instant now, Bytes digest) {

    /**
     * Begins to judge the keys of one TPM; there is one bound on the work for all of them.
     *
     * @param intermediates that came along
     */
    public OneTpm tpm(List<Bytes> intermediates) {
      return new OneTpm(verifier.forIntermediates(intermediates), denied, now);
    }
  }

  /** Judges the keys of one TPM. */
  public static final class OneTpm {
    private final TpmVerifier verifier;
    private final DenyList denied;
    private final Instant now;

    private OneTpm(TpmVerifier verifier, DenyList denied, Instant now) {
      this.verifier = verifier;
      this.denied = denied;
      this.now = now;
    }

    /**
     * Judges one key.
     *
     * @param fingerprint SHA-256 of its SubjectPublicKeyInfo
     * @param certificate as the TPM holds it, or nothing
     * @return nothing where there is nothing to judge
     */
    public Optional<EkJudgement> judge(
        Bytes fingerprint, TpmtPublic area, @Nullable Bytes certificate) {
      boolean denies = denied.keys().contains(fingerprint);
      if (certificate == null) {
        return denies ? Optional.of(EkJudgement.ofDeniedKey()) : Optional.empty();
      }
      EkJudgement judgement = EkJudgement.of(verifier.verify(certificate, area, now));
      return Optional.of(denies && !judgement.denies() ? EkJudgement.ofDeniedKey() : judgement);
    }
  }

  /** What counts now. */
  public Present present() {
    VendorFolder.State vendors = folder.state();
    DenialRows.Denied denied = denials.all();
    Instant now = clock.instant();
    return new Present(
        new EkCertificateVerifier(vendors.roots(), policy.policy(denied.list())),
        denied.list(),
        now,
        Bytes.concat(
                vendors.digest(),
                policy.digest(),
                denied.digest(),
                Bytes.utf8(now.truncatedTo(ChronoUnit.DAYS).toString()))
            .sha256());
  }
}
