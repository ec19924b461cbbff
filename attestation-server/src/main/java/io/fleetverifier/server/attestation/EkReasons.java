// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.attestation.BootExplanation.OfKey;
import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import io.fleetverifier.server.attestation.JudgedKeys.JudgedKey;
import io.fleetverifier.server.endorsement.EkJudgement;
import io.fleetverifier.server.explanation.SafeText;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Says why a TPM does not count as genuine, from what was last found of its certificates. Their
 * text is whatever somebody wrote into them.
 */
@Component
final class EkReasons {

  private static final int LONGEST = 300;

  /** What remains where a certificate cannot be made to count. */
  private static final String ELSE =
      "let the group accept unproven TPMs, or take the device out of service";

  private final JudgedKeys keys;

  EkReasons(JudgedKeys keys) {
    this.keys = keys;
  }

  /** EK_DENIED, EK_REVOKED or EK_NOT_ENDORSED of a device. */
  OfReason of(ReasonCode code, UUID device) {
    List<JudgedKey> named = keys.of(device).stream().filter(key -> isMeant(code, key)).toList();
    OfReason plain = BootExplanations.plain(code);
    if (named.isEmpty()) {
      return plain;
    }
    List<String> causes = named.stream().map(key -> cause(code, key)).distinct().toList();
    return plain.with(
        causes.getFirst(),
        causes.subList(1, causes.size()),
        code == ReasonCode.EK_NOT_ENDORSED
            ? BootExplanations.sentence(nextStep(named.getFirst()))
            : plain.nextStep(),
        named.stream().map(EkReasons::shown).toList());
  }

  private static boolean isMeant(ReasonCode code, JudgedKey key) {
    return switch (code) {
      case EK_DENIED -> key.judgement().filter(EkJudgement::denies).isPresent();
      case EK_REVOKED -> key.judgement().filter(EkJudgement::revokes).isPresent();
      default -> key.sealing() && key.judgement().filter(EkJudgement::endorses).isEmpty();
    };
  }

  private static String cause(ReasonCode code, JudgedKey key) {
    String what =
        switch (code) {
          case EK_DENIED -> "The TPM is denied";
          case EK_REVOKED -> "The vendor revoked the certificate of the TPM's endorsement key";
          default -> "No vendor vouches for the endorsement key that the secrets are sealed to";
        };
    return what
        + ": "
        + found(key, EkJudgement::text)
            .map(EkReasons::inSentence)
            .orElse("the TPM showed no certificate of it")
        + ".";
  }

  /** The text as the end of a sentence; some of them are sentences of their own. */
  private static String inSentence(String text) {
    String open = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return open.startsWith("The ") ? "the " + open.substring("The ".length()) : open;
  }

  /** What would make the certificate count again; nothing does where the certificate is wrong. */
  private static String nextStep(JudgedKey key) {
    String remedy =
        switch (found(key, EkJudgement::code).orElse("")) {
          case "UNTRUSTED_ISSUER" ->
              "put that CA into the folder of vendors' CAs if you trust the vendor";
          case "TOO_MANY_SIGNATURES" ->
              "let the device bring only the CAs that its certificates lead to";
          case "MANUFACTURER" ->
              "put the CA into its maker's folder, or name the maker in fv.ek.manufacturers";
          case "EXPIRED" -> "set fv.ek.expired to accept if its end does not matter to you";
          case "REVOCATION_UNKNOWN" ->
              "put a fresh list of revocations into the folder of vendors' CAs";
          case "WEAK_SIGNATURE" -> "name its CA in fv.ek.sha1-issuers if you know the chips";
          default -> "";
        };
    return remedy.isEmpty() ? ELSE : remedy + "; else " + ELSE;
  }

  private static OfKey shown(JudgedKey key) {
    return new OfKey(
        key.template(),
        key.fingerprint().toHex(),
        found(key, EkJudgement::code).orElse(null),
        found(key, EkJudgement::text).orElse(null),
        found(key, EkJudgement::manufacturer).orElse(null),
        found(key, EkJudgement::model).orElse(null),
        found(key, EkJudgement::version).orElse(null),
        found(key, EkJudgement::issuer).orElse(null),
        found(key, EkJudgement::serial).orElse(null));
  }

  private static Optional<String> found(
      JudgedKey key, Function<EkJudgement, @Nullable String> member) {
    return key.judgement().map(member).map(text -> SafeText.escaped(text, LONGEST));
  }
}
