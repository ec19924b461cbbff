// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

  @Test
  void laterChangesOfTheArraysAreNotSeen() {
    byte[] given = {1, 2, 3};
    Bytes bytes = Bytes.copyOf(given);
    given[0] = 9;
    bytes.toArray()[1] = 9;
    assertThat(bytes).isEqualTo(Bytes.of(1, 2, 3));
  }

  @Test
  void equalContentIsEqual() {
    assertThat(Bytes.of(1, 2)).isEqualTo(Bytes.fromHex("0102")).hasSameHashCodeAs(Bytes.u16(0x102));
    assertThat(Bytes.of(1, 2)).isNotEqualTo(Bytes.of(1, 3)).isNotEqualTo(Bytes.of(1));
    assertThat(Bytes.of(1, 2)).isNotEqualTo("0102");
  }

  @Test
  void constantTimeEqualityAgreesWithEquality() {
    assertThat(Bytes.of(1, 2).constantTimeEquals(Bytes.of(1, 2))).isTrue();
    assertThat(Bytes.of(1, 2).constantTimeEquals(Bytes.of(1, 3))).isFalse();
    assertThat(Bytes.of(1, 2).constantTimeEquals(Bytes.of(1))).isFalse();
    assertThat(Bytes.EMPTY.constantTimeEquals(Bytes.of())).isTrue();
  }

  @Test
  void numbersAreBigEndian() {
    assertThat(Bytes.u16(0xfffe).toHex()).isEqualTo("fffe");
    assertThat(Bytes.u32(0xfffefdfcL).toHex()).isEqualTo("fffefdfc");
    assertThat(Bytes.u64(0xfffefdfcfbfaf9f8L).toHex()).isEqualTo("fffefdfcfbfaf9f8");
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.u16(0x10000));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.u16(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.u32(0x1_0000_0000L));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.u32(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.of(256));
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.of(-1));
  }

  @Test
  void partsAreJoinedAndCut() {
    Bytes joined = Bytes.concat(Bytes.of(1), Bytes.EMPTY, Bytes.of(2, 3));
    assertThat(joined).isEqualTo(Bytes.of(1, 2, 3));
    assertThat(joined.slice(1, 3)).isEqualTo(Bytes.of(2, 3));
    assertThat(joined.slice(2)).isEqualTo(Bytes.of(3));
    assertThat(joined.slice(3, 3).isEmpty()).isTrue();
    assertThat(joined.at(2)).isEqualTo(3);
    assertThat(Bytes.of(0xff).at(0)).isEqualTo(255);
  }

  @Test
  void cutsOutsideTheBytesAreRefused() {
    Bytes three = Bytes.of(1, 2, 3);
    assertThatThrownBy(() -> three.slice(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> three.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> three.slice(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> three.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0g", "01 02", "0x01", " 01", "01\n", "é1"})
  void hexIsStrict(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromHex(text));
  }

  @Test
  void hexDigitsOfBothCasesAreRead() {
    assertThat(Bytes.fromHex("aBCd")).isEqualTo(Bytes.of(0xab, 0xcd));
    assertThat(Bytes.fromHex("")).isEqualTo(Bytes.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A", "AA==", "AA=", "AB", "AAB", "AA A", "AA\n", "A+A/", "AAé", "=", "AAAAA"})
  void base64urlIsStrict(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromBase64Url(text));
  }

  @Test
  void base64urlUsesTheUrlAlphabet() {
    assertThat(Bytes.of(0xfb, 0xff, 0xfe).toBase64Url()).isEqualTo("-__-");
    assertThat(Bytes.fromBase64Url("-__-")).isEqualTo(Bytes.of(0xfb, 0xff, 0xfe));
    assertThat(Bytes.fromBase64Url("")).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void eachByteStringHasExactlyOneSpelling() {
    Random random = new Random(1);
    for (int size = 0; size < 200; size++) {
      byte[] octets = new byte[size];
      random.nextBytes(octets);
      Bytes bytes = Bytes.copyOf(octets);
      assertThat(Bytes.fromHex(bytes.toHex())).isEqualTo(bytes);
      assertThat(Bytes.fromBase64Url(bytes.toBase64Url())).isEqualTo(bytes);
    }
  }

  @Test
  void everyOtherLastCharacterOfAnUnfinishedGroupIsRefused() {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (String start : new String[] {"AAAAA", "AAAAAA"}) {
      int accepted = 0;
      for (int i = 0; i < alphabet.length(); i++) {
        char last = alphabet.charAt(i);
        try {
          assertThat(Bytes.fromBase64Url(start + last).toBase64Url()).isEqualTo(start + last);
          accepted++;
        } catch (IllegalArgumentException refused) {
          assertThat(refused).hasMessageContaining("trailing bits");
        }
      }
      assertThat(accepted).isEqualTo(start.length() == 5 ? 4 : 16);
    }
  }

  @Test
  void aPartIsFoundWhereItIsAndNowhereElse() {
    Bytes bytes = Bytes.of(1, 2, 3);
    assertThat(bytes.holdsAt(1, Bytes.of(2, 3))).isTrue();
    assertThat(bytes.holdsAt(3, Bytes.EMPTY)).isTrue();
    assertThat(bytes.holdsAt(0, Bytes.of(2, 3))).isFalse();
    assertThat(bytes.holdsAt(2, Bytes.of(3, 4))).isFalse();
    assertThat(bytes.holdsAt(4, Bytes.EMPTY)).isFalse();
    assertThat(bytes.holdsAt(-1, Bytes.of(1))).isFalse();
  }

  @Test
  void sha256OfTheEmptyString() {
    assertThat(Bytes.EMPTY.sha256().toHex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void aLongStringIsPrintedShort() {
    assertThat(Bytes.of(0xab, 0xcd)).hasToString("abcd");
    assertThat(Bytes.zeros(1_000_000).toString()).isEqualTo("00".repeat(40) + "... (1000000)");
  }

  @Test
  void theOrderIsThatOfUnsignedOctets() {
    assertThat(Bytes.of(0x7f)).isLessThan(Bytes.of(0x80));
    assertThat(Bytes.of(1)).isLessThan(Bytes.of(1, 0));
  }

  @Test
  void allZeroMeansEveryOctet() {
    assertThat(Bytes.zeros(3).isAllZero()).isTrue();
    assertThat(Bytes.of(0, 0, 1).isAllZero()).isFalse();
  }
}
