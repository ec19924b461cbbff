// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.testing.SoftTpm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpmNameTest {

  private static final SoftTpm TPM = SoftTpm.seeded("names");

  @Test
  void theNameIsTheAlgorithmAndTheDigestOfTheArea() {
    TpmtPublic ek = TPM.ek(EkTemplate.H3);
    assertThat(ek.name().value())
        .isEqualTo(Bytes.concat(Bytes.u16(0x000c), HashAlg.SHA384.digest(ek.encode())));
    assertThat(ek.name().hashAlg()).isEqualTo(HashAlg.SHA384);
  }

  @Test
  void theQualifiedNameOfAPrimaryObjectIsHashedUnderTheHandleOfItsHierarchy() {
    TpmName name = TPM.akName();
    Bytes expected = Bytes.concat(Bytes.fromHex("4000000b"), name.value()).sha256();
    assertThat(name.qualifiedUnder(TpmHandles.ENDORSEMENT).toHex())
        .isEqualTo("000b" + expected.toHex());
    assertThat(name.qualifiedUnder(TpmHandles.OWNER))
        .isNotEqualTo(name.qualifiedUnder(TpmHandles.ENDORSEMENT));
  }

  @Test
  void theNameOfAHandleIsItsFourOctets() {
    TpmName name = TpmName.ofHandle(TpmHandles.ENDORSEMENT);
    assertThat(name.toHex()).isEqualTo("4000000b");
    assertThat(name.isHandle()).isTrue();
    assertThat(TpmName.ofHandle(0x81010001).toHex()).isEqualTo("81010001");
    assertThat(TPM.akName().isHandle()).isFalse();
  }

  @Test
  void aHandleHasNeitherAParentNorAHash() {
    TpmName handle = TpmName.ofHandle(TpmHandles.OWNER);
    assertThatIllegalStateException().isThrownBy(handle::hashAlg);
    assertThatIllegalStateException().isThrownBy(() -> handle.qualified(TPM.akName()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "000b", "000b00", "40000007", "4000000b00"})
  void whatIsNoNameOfAnObjectIsRefused(String hex) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> TpmName.decode(Bytes.fromHex(hex)));
  }

  @Test
  void aDigestOfAnotherSizeOrAnUnknownAlgorithmIsRefused() {
    Bytes digest = Bytes.zeros(32);
    for (Bytes value :
        new Bytes[] {
          Bytes.concat(Bytes.u16(0x000b), digest.slice(1)),
          Bytes.concat(Bytes.u16(0x000b), digest, Bytes.of(0)),
          Bytes.concat(Bytes.u16(0x000c), digest),
          Bytes.concat(Bytes.u16(0x0010), digest),
          Bytes.concat(Bytes.u16(0x0012), digest)
        }) {
      assertThatExceptionOfType(TpmDecodeException.class).isThrownBy(() -> TpmName.decode(value));
      assertThatIllegalArgumentException().isThrownBy(() -> new TpmName(value));
    }
  }
}
