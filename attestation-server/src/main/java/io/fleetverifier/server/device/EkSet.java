// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.EkCertificateException;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.KeyProblem;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The endorsement keys that one TPM shows, each of another template, in the device's order. */
public record EkSet(List<EndorsementKey> keys) {
  /** Any TPM can make these two, so each enrolment proves both. */
  private static final Set<EkTemplate> ALWAYS = EnumSet.of(EkTemplate.L1, EkTemplate.L2);

  public EkSet {
    keys = List.copyOf(keys);
  }

  /**
   * Checks each key and that none is there twice.
   *
   * @throws ProblemException EK_UNSUITABLE or EK_CERTIFICATE_MISMATCH
   */
  static EkSet check(List<EnrolmentRequest.EndorsementKey> shown) {
    EkSet set = new EkSet(shown.stream().map(EkSet::check).toList());
    if (set.templates().size() != shown.size()
        || Set.copyOf(set.fingerprints()).size() != shown.size()) {
      throw EnrolmentRefusal.EK_UNSUITABLE.problem("two EKs are of one template or are one key");
    }
    return set;
  }

  private static EndorsementKey check(EnrolmentRequest.EndorsementKey shown) {
    TpmtPublic area = decode(shown.area());
    EkTemplate template =
        EkTemplate.of(area)
            .orElseThrow(() ->
                EnrolmentRefusal.EK_UNSUITABLE.problem("an EK area equals no known template"));
    area.keyProblem().ifPresent(EkSet::refuse);
    Bytes fingerprint = area.subjectPublicKeyInfo().sha256();
    return new EndorsementKey(template, area, fingerprint, certificate(shown, area));
  }

  /**
   * Whoever knows the faulty generator computes the private key from the public one: such a key
   * proves nothing, registered or not.
   */
  private static void refuse(KeyProblem problem) {
    throw EnrolmentRefusal.EK_UNSUITABLE.problem(
        problem == KeyProblem.MODULUS_ROCA
            ? "the key of an EK is one of the faulty generator of CVE-2017-15361 (ROCA)"
            : "the key of an EK is no valid key");
  }

  private static TpmtPublic decode(Bytes area) {
    try {
      return TpmtPublic.decode(area);
    } catch (TpmDecodeException e) {
      throw EnrolmentRefusal.EK_UNSUITABLE.problem("an EK area is no TPMT_PUBLIC known here");
    }
  }

  private static @Nullable Bytes certificate(
      EnrolmentRequest.EndorsementKey shown, TpmtPublic area) {
    if (shown.certificate() == null) {
      return null;
    }
    try {
      if (!EkCertificate.read(shown.certificate()).isOf(area)) {
        throw EnrolmentRefusal.EK_CERTIFICATE_MISMATCH.problem();
      }
    } catch (EkCertificateException unreadable) {
      // Real certificates are odd: the key then counts as one without, and operators see why.
      return shown.certificate();
    }
    return shown.certificate();
  }

  /** The fingerprint of each key. */
  public List<Bytes> fingerprints() {
    return keys.stream().map(EndorsementKey::fingerprint).toList();
  }

  /** What names this set: 32 bytes. */
  public Bytes digest() {
    return Formulas.ekSet(fingerprints());
  }

  /** What a person compares. */
  public String code() {
    return Formulas.ekCode(fingerprints());
  }

  /** Whether L-1 and L-2 are there, apart from those that may be missing. */
  boolean isCompleteWithout(Collection<EkTemplate> optional) {
    Set<EkTemplate> asked = EnumSet.copyOf(ALWAYS);
    asked.removeAll(optional);
    return templates().containsAll(asked);
  }

  private Set<EkTemplate> templates() {
    Set<EkTemplate> templates = EnumSet.noneOf(EkTemplate.class);
    keys.forEach(key -> templates.add(key.template()));
    return templates;
  }
}
