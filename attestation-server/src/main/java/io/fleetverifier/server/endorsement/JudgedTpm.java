// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmtPublic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An enrolled TPM as far as certificates matter.
 *
 * @param sealingEk fingerprint of the key that secrets are sealed to
 * @param hasSecrets whether anything is or will be sealed to it: then it stays
 * @param refusal why the TPM does not count as genuine
 * @param judgedBy digest of what it was last judged by
 */
public record JudgedTpm(
    UUID id,
    Genuine genuine,
    Bytes sealingEk,
    boolean hasSecrets,
    @Nullable ReasonCode refusal,
    Optional<Bytes> judgedBy,
    List<Bytes> intermediates,
    List<JudgedEk> eks) {

  /**
   * One of its keys.
   *
   * @param area {@code TPMT_PUBLIC}
   */
  public record JudgedEk(
      Bytes fingerprint,
      EkTemplate template,
      Bytes area,
      @Nullable Bytes certificate,
      Genuine genuine,
      Optional<EkJudgement> endorsement) {

    JudgedEk judged(EkJudge.OneTpm judge) {
      Optional<EkJudgement> anew = judge.judge(fingerprint, TpmtPublic.decode(area), certificate);
      Genuine level = Genuine.of(genuine == Genuine.REGISTERED, anew);
      return new JudgedEk(fingerprint, template, area, certificate, level, anew);
    }
  }

  /** The same with these keys. */
  public JudgedTpm with(List<JudgedEk> others) {
    return new JudgedTpm(
        id, genuine, sealingEk, hasSecrets, refusal, judgedBy, intermediates, others);
  }

  /** The same by what counts now. */
  JudgedTpm judged(EkJudge.Present present) {
    EkJudge.OneTpm judge = present.tpm(intermediates);
    List<JudgedEk> anew = eks.stream().map(ek -> ek.judged(judge)).toList();
    Map<Bytes, Genuine> levels =
        anew.stream().collect(Collectors.toMap(JudgedEk::fingerprint, JudgedEk::genuine));
    Bytes sealing = sealingEk(anew, levels);
    Genuine level = levels.getOrDefault(sealing, Genuine.UNPROVEN);
    return new JudgedTpm(
        id,
        level,
        sealing,
        hasSecrets,
        refusal(anew, level),
        Optional.of(present.digest()),
        intermediates,
        anew);
  }

  /** Whether the other differs in more than by what it was judged. */
  boolean differsFrom(JudgedTpm other) {
    return !new JudgedTpm(
            id, genuine, sealingEk, hasSecrets, refusal, other.judgedBy(), intermediates, eks)
        .equals(other);
  }

  /** It moves to a genuine key only while nothing is sealed to the one that is not. */
  private Bytes sealingEk(List<JudgedEk> anew, Map<Bytes, Genuine> levels) {
    if (hasSecrets || levels.getOrDefault(sealingEk, Genuine.UNPROVEN).isProven()) {
      return sealingEk;
    }
    return anew.stream()
        .filter(ek -> ek.genuine().isProven())
        .min((a, b) -> SealingOrder.comparator().compare(a.template(), b.template()))
        .map(JudgedEk::fingerprint)
        .orElse(sealingEk);
  }

  private static @Nullable ReasonCode refusal(List<JudgedEk> anew, Genuine level) {
    if (anew.stream().flatMap(ek -> ek.endorsement().stream()).anyMatch(EkJudgement::denies)) {
      return ReasonCode.EK_DENIED;
    }
    if (anew.stream().flatMap(ek -> ek.endorsement().stream()).anyMatch(EkJudgement::revokes)) {
      return ReasonCode.EK_REVOKED;
    }
    return level.isProven() ? null : ReasonCode.EK_NOT_ENDORSED;
  }
}
