// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import io.fleetverifier.server.attestation.JudgedKeys.JudgedKey;
import io.fleetverifier.server.ekcert.EkRefusal;
import io.fleetverifier.server.endorsement.EkJudgement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of a TPM that does not count as genuine. */
class EkReasonsTest {

  private static final UUID DEVICE = UUID.randomUUID();

  private static OfReason told(ReasonCode code, JudgedKey... keys) {
    return new EkReasons(device -> device.equals(DEVICE) ? List.of(keys) : List.of())
        .of(code, DEVICE);
  }

  private static JudgedKey key(String template, boolean sealing, @Nullable EkJudgement judgement) {
    return new JudgedKey(
        template, Bytes.utf8(template).sha256(), sealing, Optional.ofNullable(judgement));
  }

  private static EkJudgement refused(String code, String text) {
    return new EkJudgement(
        "refused", code, text, "IFX", "SLB 9670", "0007", "CN=A", "01", List.of(), List.of());
  }

  private static EkJudgement endorsed() {
    return new EkJudgement(
        "endorsed", null, null, "IFX", "SLB 9670", "0007", "CN=A", "01", List.of(), List.of());
  }

  @Test
  void aDeniedKeyIsNamedWhicheverOfTheKeysItIs() {
    OfReason reason =
        told(
            ReasonCode.EK_DENIED,
            key("L-1", false, refused("DENIED", "a deny list names the key")),
            key("L-2", true, endorsed()));

    assertThat(reason.cause()).isEqualTo("The TPM is denied: a deny list names the key.");
    assertThat(reason.endorsementKeys())
        .extracting(BootExplanation.OfKey::template)
        .containsExactly("L-1");
    assertThat(reason.others()).isEmpty();
  }

  @Test
  void whatDeniesFurtherKeysStandsBesideTheFirst() {
    OfReason reason =
        told(
            ReasonCode.EK_DENIED,
            key("H-1", false, refused("DENIED", "a deny list names the key")),
            key("H-2", true, refused("DENIED", "a deny list names the CA CN=A")),
            key("L-2", false, refused("DENIED", "a deny list names the CA CN=A")));

    assertThat(reason.cause()).isEqualTo("The TPM is denied: a deny list names the key.");
    assertThat(reason.others())
        .containsExactly("The TPM is denied: a deny list names the CA CN=A.");
    assertThat(reason.endorsementKeys()).hasSize(3);
  }

  @Test
  void aRevocationNamesWhatTheVendorRevokedAndNothingOfItCanBeMended() {
    OfReason reason =
        told(
            ReasonCode.EK_REVOKED,
            key("L-2", true, refused("REVOKED", "the certificate was revoked by its CA")));

    assertThat(reason.cause())
        .isEqualTo(
            "The vendor revoked the certificate of the TPM's endorsement key: the certificate was"
                + " revoked by its CA.");
    assertThat(reason.nextStep())
        .isEqualTo("Replace the device: nobody knows any more who holds its key.");
  }

  @Test
  void ofSeveralKeysTheOneCountsThatSecretsAreSealedTo() {
    OfReason reason =
        told(
            ReasonCode.EK_NOT_ENDORSED,
            key("L-1", false, refused("NOT_AN_EK", "something of another key")),
            key("L-2", true, refused("EXPIRED", "The certificate ended on 2026-01-01T00:00:00Z.")));

    assertThat(reason.cause())
        .isEqualTo(
            "No vendor vouches for the endorsement key that the secrets are sealed to: the"
                + " certificate ended on 2026-01-01T00:00:00Z.");
    assertThat(reason.nextStep()).startsWith("Set fv.ek.expired to accept").endsWith("service.");
  }

  @Test
  void whereADeviceBringsTooManyCasNoneIsToBeAdded() {
    OfReason reason =
        told(
            ReasonCode.EK_NOT_ENDORSED,
            key("L-2", true, refused("TOO_MANY_SIGNATURES", "more signatures than are checked")));

    assertThat(reason.nextStep()).startsWith("Let the device bring only").doesNotContain("folder");
  }

  @Test
  void aTpmThatShowedNoCertificateIsCalledSo() {
    OfReason reason = told(ReasonCode.EK_NOT_ENDORSED, key("L-2", true, null));

    assertThat(reason.cause()).endsWith(": the TPM showed no certificate of it.");
    assertThat(reason.nextStep())
        .isEqualTo("Let the group accept unproven TPMs, or take the device out of service.");
    assertThat(reason.endorsementKeys())
        .singleElement()
        .satisfies(key -> {
          assertThat(key.code()).isNull();
          assertThat(key.issuer()).isNull();
        });
  }

  /** The record may have changed since the reason was found. */
  @ParameterizedTest
  @EnumSource(value = ReasonCode.class, mode = EnumSource.Mode.MATCH_ALL, names = "EK_.*")
  void whereNothingOfItIsOnRecordTheCodesMeaningRemains(ReasonCode code) {
    for (OfReason reason : List.of(told(code), told(code, key("L-2", true, endorsed())))) {
      assertThat(reason).isEqualTo(BootExplanations.plain(code));
      assertThat(reason.endorsementKeys()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(EkRefusal.class)
  void everyRefusalHasANextStep(EkRefusal refusal) {
    OfReason reason =
        told(ReasonCode.EK_NOT_ENDORSED, key("L-2", true, refused(refusal.name(), "so it is")));

    assertThat(reason.nextStep())
        .matches("[A-Z].*let the group accept unproven TPMs.*\\.|Let .*\\.");
  }

  @Test
  void whatSomebodyWroteIntoACertificateIsSafeToPrint() {
    String hostile = "CN=<script>\u001b[2J\u202e" + "x".repeat(2000);
    EkJudgement judgement =
        new EkJudgement(
            "refused",
            "UNTRUSTED_ISSUER",
            "no path from " + hostile,
            hostile,
            hostile,
            hostile,
            hostile,
            hostile,
            List.of(),
            List.of());

    OfReason reason = told(ReasonCode.EK_NOT_ENDORSED, key("L-2", true, judgement));

    assertThat(reason.toString()).matches("[ -~]*").doesNotContain("<script>");
    assertThat(reason.cause()).hasSizeLessThan(400);
  }
}
