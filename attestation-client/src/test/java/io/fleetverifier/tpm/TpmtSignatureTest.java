// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpmtSignatureTest {

  @Test
  void theThreeSchemesAreRead() {
    assertThat(decode("0014000b0003010203"))
        .isEqualTo(new TpmtSignature.Rsassa(HashAlg.SHA256, Bytes.of(1, 2, 3)));
    assertThat(decode("0016000c0003010203"))
        .isEqualTo(new TpmtSignature.Rsapss(HashAlg.SHA384, Bytes.of(1, 2, 3)));
    assertThat(decode("00180004000101" + "00020203"))
        .isEqualTo(new TpmtSignature.Ecdsa(HashAlg.SHA1, Bytes.of(1), Bytes.of(2, 3)));
  }

  @Test
  void theSchemeAndTheHashAreTold() {
    TpmtSignature signature = decode("0016000c0003010203");
    assertThat(signature.algorithm()).isEqualTo(TpmAlg.RSAPSS);
    assertThat(signature.hash()).isEqualTo(HashAlg.SHA384);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0010", // null
        "0005000b" + "00000000000000000000000000000000", // HMAC
        "001a000b00010100010200", // ECDAA
        "001b000b000101000102", // SM2
        "001c000b000101000102", // Schnorr
        "0015000b0003010203", // RSAES is no signature
        "0000000b0003010203"
      })
  void everyOtherSchemeIsRefused(String hex) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> decode(hex))
        .satisfies(e -> assertThat(e.field()).isEqualTo("sigAlg"));
  }

  @Test
  void anUnknownHashIsRefused() {
    for (String hash : new String[] {"0010", "0012", "0027", "0000"}) {
      assertThatExceptionOfType(TpmDecodeException.class)
          .isThrownBy(() -> decode("0014" + hash + "0003010203"))
          .satisfies(e -> assertThat(e.field()).isEqualTo("hash"));
    }
  }

  @Test
  void numbersLongerThanAnyKeyGivesAreRefused() {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> decode("0014000b0201" + "00".repeat(513)));
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> decode("0018000b00c8" + "01".repeat(200) + "000101"))
        .satisfies(e -> assertThat(e.field()).isEqualTo("signatureR"));
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> decode("0018000b000101" + "0043" + "01".repeat(67)))
        .satisfies(e -> assertThat(e.field()).isEqualTo("signatureS"));
  }

  @Test
  void theWidthOfNumbersIsKeptAsReceived() {
    assertThat(decode("0018000b" + "0003000001" + "0000").encode().toHex())
        .isEqualTo("0018000b" + "0003000001" + "0000");
  }

  private static TpmtSignature decode(String hex) {
    return TpmtSignature.decode(Bytes.fromHex(hex));
  }
}
