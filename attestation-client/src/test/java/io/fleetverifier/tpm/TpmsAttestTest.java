// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class TpmsAttestTest {

  /** The offsets of members when qualifiedSigner and extraData are empty. */
  private static final int CLOCK = 10;

  private static final int SAFE = 26;
  private static final int BODY = 35;

  private static final String HEAD = "ff544347" + "8018";
  private static final String CLOCK_INFO =
      "0000000000000102" + "00000003" + "00000004" + "01" + "0001000200030004";
  private static final String QUOTE_BODY = "00000001" + "000b03810080" + "0002beef";

  @Test
  void aQuoteIsReadMemberByMember() {
    TpmsAttest attest = decode(HEAD + "00044000000b" + "0003010203" + CLOCK_INFO + QUOTE_BODY);
    assertThat(attest.hasTpmMagic()).isTrue();
    assertThat(attest.type()).isEqualTo(TpmuAttest.QUOTE);
    assertThat(attest.qualifiedSigner()).isEqualTo(Bytes.fromHex("4000000b"));
    assertThat(attest.extraData()).isEqualTo(Bytes.of(1, 2, 3));
    assertThat(attest.clockInfo()).isEqualTo(new TpmsClockInfo(0x102, 3, 4, true));
    assertThat(attest.firmwareVersion()).isEqualTo(0x0001_0002_0003_0004L);
    assertThat(attest.quote()).contains((TpmsQuoteInfo) attest.attested());
    assertThat(attest.quote().orElseThrow().pcrSelect().pcrs(HashAlg.SHA256))
        .containsExactly(0, 7, 23);
    assertThat(attest.quote().orElseThrow().pcrDigest()).isEqualTo(Bytes.of(0xbe, 0xef));
  }

  @Test
  void anotherMagicIsDecodedAndTold() {
    TpmsAttest attest = decode("ff544348" + "8018" + "0000" + "0000" + CLOCK_INFO + QUOTE_BODY);
    assertThat(attest.hasTpmMagic()).isFalse();
    assertThat(attest.magic()).isEqualTo(0xff544348L);
  }

  @Test
  void everyOtherStatementHasItsTypeAndIsNoQuote() {
    List<TpmsAttest> others =
        Samples.attests().stream().filter(attest -> attest.quote().isEmpty()).toList();
    assertThat(others)
        .extracting(TpmsAttest::type)
        .containsExactlyInAnyOrder(0x8017, 0x801a, 0x8014, 0x8019, 0x8015, 0x8016, 0x801c);
    others.forEach(attest -> assertThat(TpmsAttest.decode(attest.encode())).isEqualTo(attest));
  }

  @Test
  void anUnknownTypeIsRefused() {
    for (String type : new String[] {"8013", "801b", "801d", "0000", "8000", "ffff"}) {
      assertRefused("ff544347" + type + "0000" + "0000" + CLOCK_INFO + QUOTE_BODY, "type", 4);
    }
  }

  @Test
  void aSafeMemberThatIsNeitherYesNorNoIsRefused() {
    String plain = HEAD + "0000" + "0000" + CLOCK_INFO + QUOTE_BODY;
    assertThat(plain.substring(2 * SAFE, 2 * SAFE + 2)).isEqualTo("01");
    assertRefused(
        plain.substring(0, 2 * SAFE) + "02" + plain.substring(2 * SAFE + 2), "safe", SAFE);
  }

  @Test
  void aQualifiedSignerThatIsNoNameIsRefused() {
    String digest = "00".repeat(32);
    for (String signer :
        new String[] {
          "000100",
          "00024000",
          "0005" + "4000000b00",
          "0021" + "000b" + digest.substring(2),
          "0022" + "000c" + digest,
          "0022" + "0010" + digest
        }) {
      assertRefused(HEAD + signer + "0000" + CLOCK_INFO + QUOTE_BODY, "qualifiedSigner", 6);
    }
    assertThat(
            decode(HEAD + "0022000b" + digest + "0000" + CLOCK_INFO + QUOTE_BODY)
                .qualifiedSigner()
                .size())
        .isEqualTo(34);
  }

  @Test
  void extraDataLongerThanTheLargestHashIsRefused() {
    assertThat(
            decode(HEAD + "0000" + "0042" + "11".repeat(66) + CLOCK_INFO + QUOTE_BODY)
                .extraData()
                .size())
        .isEqualTo(66);
    assertRefused(
        HEAD + "0000" + "0043" + "11".repeat(67) + CLOCK_INFO + QUOTE_BODY, "extraData", 8);
  }

  @Test
  void aHugeCountOfBanksIsRefusedBeforeAnythingIsAllocated() {
    String head = HEAD + "0000" + "0000" + CLOCK_INFO;
    assertThat(head).hasSize(2 * BODY);
    assertRefused(head + "ffffffff", "pcrSelect.count", BODY);
    assertRefused(head + "00000011" + QUOTE_BODY.substring(8), "pcrSelect.count", BODY);
  }

  @Test
  void aDigestLongerThanAnyHashIsRefused() {
    String head = HEAD + "0000" + "0000" + CLOCK_INFO + "00000000";
    assertThat(decode(head + "0040" + "00".repeat(64)).type()).isEqualTo(TpmuAttest.QUOTE);
    assertRefused(head + "0041" + "00".repeat(65), "pcrDigest", BODY + 4);
  }

  @Test
  void numbersKeepAllTheirBits() {
    TpmsAttest attest =
        decode(
            HEAD
                + "0000"
                + "0000"
                + "ffffffffffffffff"
                + "ffffffff"
                + "fffffffe"
                + "00"
                + "ffffffffffffffff"
                + QUOTE_BODY);
    assertThat(Long.toUnsignedString(attest.clockInfo().clock())).isEqualTo("18446744073709551615");
    assertThat(attest.clockInfo().resetCount()).isEqualTo(0xffff_ffffL);
    assertThat(attest.clockInfo().restartCount()).isEqualTo(0xffff_fffeL);
    assertThat(attest.firmwareVersion()).isEqualTo(-1);
    assertThat(attest.encode().slice(CLOCK, CLOCK + 8)).isEqualTo(Bytes.u64(-1));
  }

  @Test
  void aCounterBeyond32BitsCannotBeMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TpmsClockInfo(0, 1L << 32, 0, true));
    assertThatIllegalArgumentException().isThrownBy(() -> new TpmsClockInfo(0, 0, -1, true));
  }

  private static TpmsAttest decode(String hex) {
    return TpmsAttest.decode(Bytes.fromHex(hex));
  }

  private static void assertRefused(String hex, String field, int offset) {
    assertThatExceptionOfType(TpmDecodeException.class)
        .isThrownBy(() -> decode(hex))
        .satisfies(e -> assertThat(e.structure()).isEqualTo("TPMS_ATTEST"))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }
}
