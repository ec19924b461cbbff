// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.testing.SoftTpm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EkTemplateTest {

  private static final SoftTpm TPM = SoftTpm.seeded("endorsement");

  @ParameterizedTest
  @CsvSource({
    "L1, L-1, 01c00002, SHA256, 128, 000300b2",
    "L2, L-2, 01c0000a, SHA256, 128, 000300b2",
    "H1, H-1, 01c00012, SHA256, 128, 000300f2",
    "H2, H-2, 01c00014, SHA256, 128, 000300f2",
    "H3, H-3, 01c00016, SHA384, 256, 000300f2",
    "H4, H-4, 01c00018, SHA512, 256, 000300f2",
    "H6, H-6, 01c0001c, SHA384, 256, 000300f2",
    "H7, H-7, 01c0001e, SHA384, 256, 000300f2"
  })
  void theTableOfTheProfile(
      EkTemplate template, String label, String index, HashAlg nameAlg, int symBits, String bits) {
    assertThat(template.label()).isEqualTo(label);
    assertThat(EkTemplate.ofLabel(label)).contains(template);
    assertThat(template.nvCertificateIndex()).isEqualTo(Integer.parseInt(index, 16));
    assertThat(template.nameAlg()).isEqualTo(nameAlg);
    assertThat(template.symBits()).isEqualTo(symBits);
    assertThat(template.template().attributes()).hasToString(bits);
  }

  @Test
  void theLowTemplatesByteForByte() {
    String policyA = "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";
    assertThat(EkTemplate.L1.template().encode().toHex())
        .isEqualTo(
            "0001000b000300b20020"
                + policyA
                + "000600800043"
                + "0010"
                + "0800"
                + "00000000"
                + "0100"
                + "00".repeat(256));
    assertThat(EkTemplate.L2.template().encode().toHex())
        .isEqualTo(
            "0023000b000300b20020"
                + policyA
                + "000600800043"
                + "0010"
                + "0003"
                + "0010"
                + "0020"
                + "00".repeat(32)
                + "0020"
                + "00".repeat(32));
  }

  @Test
  void theHighTemplatesByteForByte() {
    String policyB = "ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0";
    assertThat(EkTemplate.H1.template().encode().toHex())
        .isEqualTo(
            "0001000b000300f20020"
                + policyB
                + "000600800043"
                + "0010"
                + "0800"
                + "00000000"
                + "0000");
    assertThat(EkTemplate.H2.template().encode().toHex())
        .isEqualTo(
            "0023000b000300f20020"
                + policyB
                + "000600800043"
                + "0010"
                + "0003"
                + "0010"
                + "00000000");
    assertThat(EkTemplate.H4.template().authPolicy().toHex())
        .isEqualTo(
            "b8221ca69e8550a4914de3faa6a18c072cc01208073a928d5d66d59ef79e49a4"
                + "29c41a6b269571d57edb25fbdb1838425608b413cd616a5f6db5b6071af99bea");
  }

  @Test
  void theBranchesOfTheHighPolicy() {
    assertThat(EkTemplate.policyC(HashAlg.SHA256).value().toHex())
        .isEqualTo("3767e2edd43ff45a3a7e1eaefcef78643dca964632e7aad82c673a30d8633fde");
    assertThatIllegalArgumentException().isThrownBy(() -> EkTemplate.policyC(HashAlg.SHA1));
  }

  @ParameterizedTest
  @EnumSource(names = {"L1", "L2", "H1", "H2", "H3", "H4"})
  void aKeyMadeFromATemplateIsRecognisedAsThatOne(EkTemplate template) {
    assertThat(EkTemplate.of(TPM.ek(template))).contains(template);
    assertThat(template.matches(TPM.ek(template))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aChangeOfAnyBitBeforeTheUniquePartMakesItNoTemplate(EkTemplate template) {
    Bytes encoded = template.template().encode();
    int unique = encoded.size() - uniqueSize(template);
    for (int bit = 0; bit < 8 * unique; bit++) {
      byte[] changed = encoded.toArray();
      changed[bit / 8] ^= (byte) (0x80 >>> bit % 8);
      assertThat(recognised(Bytes.copyOf(changed))).isFalse();
    }
  }

  private static int uniqueSize(EkTemplate template) {
    TpmWriter out = new TpmWriter();
    TpmuPublicId.encode(template.template().unique(), out);
    return out.toBytes().size();
  }

  private static boolean recognised(Bytes area) {
    try {
      return EkTemplate.of(TpmtPublic.decode(area)).isPresent();
    } catch (TpmDecodeException refused) {
      return false;
    }
  }

  @Test
  void otherKeysAreNoEndorsementKeys() {
    assertThat(EkTemplate.of(TPM.ak())).isEmpty();
    assertThat(EkTemplate.of(TPM.srk())).isEmpty();
    assertThat(EkTemplate.ofLabel("H-5")).isEmpty();
    assertThat(EkTemplate.ofLabel("")).isEmpty();
  }
}
